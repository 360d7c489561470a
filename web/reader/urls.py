"""The readers' addresses. Nothing personal stands in them; the fixed ones come before a magazine's code."""

from django.urls import URLPattern, URLResolver, include, path

from web.reader.views.address import change_address, end_stay
from web.reader.views.cancel import cancel
from web.reader.views.cancel_renewal import cancel_renewal
from web.reader.views.copies import more_copies, withdraw_copies
from web.reader.views.front import front
from web.reader.views.gift_book import gift_book, gift_card
from web.reader.views.give import give
from web.reader.views.holiday import change_hold, holiday
from web.reader.views.missing import claim, missing
from web.reader.views.my_data import ask_about_me, my_data, my_file
from web.reader.views.my_subscription import my_subscription, stop_renewal
from web.reader.views.newsletters import confirm, join, leave
from web.reader.views.orders import order_page, pay, pay_link, thanks
from web.reader.views.preferences import preferences
from web.reader.views.redeem import redeem, redeemed
from web.reader.views.renew import renew
from web.reader.views.sign_in import ask, follow
from web.reader.views.sign_in import leave as sign_out
from web.reader.views.subscribe import subscribe

_of_the_house: list[URLPattern | URLResolver] = [
    path("", front, name="front"),
    path("orders/<str:number>/", order_page, name="order"),
    path("orders/<str:number>/pay/", pay, name="pay"),
    path("orders/<str:number>/thanks/", thanks, name="thanks"),
    path("orders/<str:number>/cards/<uuid:line_uuid>/", gift_card, name="gift_card"),
    path("pay/<str:token>/", pay_link, name="pay_link"),
    path("redeem/", redeem, name="redeem"),
    path("redeem/done/", redeemed, name="redeemed"),
    path("sign-in/<str:token>/", follow, name="follow_sign_in"),
    path("cancel-renewal/<str:token>/", cancel_renewal, name="cancel_renewal"),
    path("newsletters/confirm/<str:token>/", confirm, name="confirm_newsletter"),
    path("newsletters/leave/<str:token>/", leave, name="leave_newsletter"),
]
_of_a_magazine: list[URLPattern | URLResolver] = [
    path("", subscribe, name="subscribe"),
    path("give/", give, name="give"),
    path("gifts/", gift_book, name="gift_book"),
    path("sign-in/", ask, name="sign_in"),
    path("sign-out/", sign_out, name="sign_out"),
    path("newsletters/", join, name="newsletters"),
    path("preferences/", preferences, name="preferences"),
    path("my-data/", my_data, name="my_data"),
    path("my-data/<str:kind>/", ask_about_me, name="ask_about_me"),
    path("my-data/<uuid:request_uuid>/file.zip", my_file, name="my_file"),
    path("my-subscription/", my_subscription, name="my_subscription"),
    path("my-subscription/bills/<str:number>/withdrawals/", withdraw_copies, name="withdraw_copies"),
    path("my-subscription/<uuid:subscription_uuid>/address/", change_address, name="address"),
    path("my-subscription/<uuid:subscription_uuid>/cancel/", cancel, name="cancel"),
    path("my-subscription/<uuid:subscription_uuid>/away/<uuid:stay_uuid>/end/", end_stay, name="end_stay"),
    path("my-subscription/<uuid:subscription_uuid>/copies/", more_copies, name="more_copies"),
    path("my-subscription/<uuid:subscription_uuid>/holiday/", holiday, name="holiday"),
    path("my-subscription/<uuid:subscription_uuid>/holiday/<int:pause_id>/", change_hold, name="change_hold"),
    path("my-subscription/<uuid:subscription_uuid>/missing/", missing, name="missing"),
    path("my-subscription/<uuid:subscription_uuid>/missing/<int:number>/", claim, name="claim"),
    path("my-subscription/<uuid:subscription_uuid>/renew/", renew, name="renew"),
    path("my-subscription/<uuid:subscription_uuid>/stop-renewal/", stop_renewal, name="stop_renewal"),
]
_all = [*_of_the_house, path("<slug:code>/", include(_of_a_magazine))]
urlpatterns: list[URLPattern | URLResolver] = [path("", include((_all, "reader")))]
