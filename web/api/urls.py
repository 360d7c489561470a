from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from web.api.mail_bounces import mail_bounces
from web.api.views import (
    addresses,
    calendar,
    cancellations,
    claims,
    copies,
    entitlements,
    extensions,
    gifts,
    holds,
    offers,
    orders,
    people,
    readers,
    renewals,
    revenue,
    runs,
    stripe_webhook,
    subscriptions,
)

run: list[URLPattern | URLResolver] = [
    path("", runs.OneRun.as_view()),
    path("rehearsals/", runs.Rehearsals.as_view()),
    path("approval/", runs.Approval.as_view()),
    path("releases/", runs.Releases.as_view()),
    path("voids/", runs.Voids.as_view()),
    path("hand-overs/", runs.HandOvers.as_view()),
    path("mailings/", runs.Mailings.as_view()),
    path("label-file/", runs.LabelFile.as_view()),
    path("manifest/", runs.Manifest.as_view()),
]

reader: list[URLPattern | URLResolver] = [
    path("", people.OneReader.as_view()),
    path("contact-preferences/", people.Preferences.as_view()),
    path("notes/", people.Notes.as_view()),
    path("notes/<int:note_id>/", people.OneNote.as_view()),
]

issue: list[URLPattern | URLResolver] = [
    path("", calendar.OneIssue.as_view()),
    path("drops/", calendar.Drops.as_view()),
    path("restorations/", calendar.Restorations.as_view()),
    path("weight/", calendar.Weight.as_view()),
    path("cut-off/", calendar.CutOff.as_view()),
]

magazine: list[URLPattern | URLResolver] = [
    path("issues/", calendar.Issues.as_view()),
    path("issues/<int:number>/", include(issue)),
]

v1: list[URLPattern | URLResolver] = [
    path("offers/", offers.Offers.as_view()),
    path("magazines/<slug:code>/", include(magazine)),
    path("quotes/", orders.Quotes.as_view()),
    path("orders/", orders.Orders.as_view()),
    path("orders/<str:number>/", orders.OneOrder.as_view()),
    path("orders/<str:number>/checkouts/", orders.OrderCheckouts.as_view()),
    path("readers/", readers.Readers.as_view()),
    path("gift-outcomes/", gifts.GiftOutcomes.as_view()),
    path("gift-codes/redemptions/", gifts.GiftRedemptions.as_view()),
    path("label-runs/", runs.Runs.as_view()),
    path("label-runs/<uuid:uuid>/", include(run)),
    path("readers/<str:number>/", include(reader)),
    path("merges/", people.Merges.as_view()),
    path("merges/<uuid:uuid>/", people.OneMerge.as_view()),
    path("privacy-requests/", people.PrivacyRequests.as_view()),
    path("privacy-requests/<uuid:uuid>/", people.OnePrivacyRequest.as_view()),
    path("privacy-requests/<uuid:uuid>/file/", people.PrivacyFile.as_view()),
    path("renewals/", renewals.Renewals.as_view()),
    path("entitlements/", entitlements.Entitlements.as_view()),
    path("entitlements/lookups/", entitlements.Lookups.as_view()),
    path("subscriptions/<uuid:uuid>/", subscriptions.OneSubscription.as_view()),
    path("subscriptions/<uuid:uuid>/ledger/", subscriptions.Ledger.as_view()),
    path("subscriptions/<uuid:uuid>/explanation/", subscriptions.Explanation.as_view()),
    path("subscriptions/<uuid:uuid>/renewals/", renewals.SubscriptionRenewals.as_view()),
    path("subscriptions/<uuid:uuid>/auto-renew/", renewals.AutoRenew.as_view()),
    path("subscriptions/<uuid:uuid>/cancellations/", cancellations.Cancellations.as_view()),
    path("subscriptions/<uuid:uuid>/copies/", copies.Copies.as_view()),
    path("subscriptions/<uuid:uuid>/reinstatements/", cancellations.Reinstatements.as_view()),
    path("refunds/", cancellations.Refunds.as_view()),
    path("subscriptions/<uuid:uuid>/claims/", claims.SubscriptionClaims.as_view()),
    path("subscriptions/<uuid:uuid>/returned-copies/", claims.ReturnedCopies.as_view()),
    path("claims/", claims.Claims.as_view()),
    path("claims/<uuid:uuid>/", claims.OneClaim.as_view()),
    path("claims/<uuid:uuid>/answers/", claims.ClaimAnswers.as_view()),
    path("claims/<uuid:uuid>/withdrawals/", claims.ClaimWithdrawals.as_view()),
    path("subscriptions/<uuid:uuid>/extensions/", extensions.Extensions.as_view()),
    path("subscriptions/extensions/<int:entry_id>/", extensions.OneExtension.as_view()),
    path("subscriptions/<uuid:uuid>/comps/", extensions.Comps.as_view()),
    path("comps/<uuid:uuid>/confirmations/", extensions.CompConfirmations.as_view()),
    path("subscriptions/<uuid:uuid>/holds/", holds.Holds.as_view()),
    path("subscriptions/holds/<int:pause_id>/", holds.OneHold.as_view()),
    path("subscriptions/<uuid:uuid>/addresses/", addresses.Addresses.as_view()),
    path("subscriptions/stays/<uuid:uuid>/", addresses.OneStay.as_view()),
    path("revenue/roll-forward/", revenue.RollForward.as_view()),
    path("revenue/earned-by-issue/", revenue.EarnedByIssue.as_view()),
    path("revenue/trial-balance/", revenue.TrialBalance.as_view()),
    path("checks/", revenue.Checks.as_view()),
    path("stripe/webhook/", stripe_webhook.StripeWebhook.as_view()),
    path("mail/bounces/", mail_bounces),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/", include(v1)),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="api-docs"),
    path("", RedirectView.as_view(pattern_name="api-docs")),
]
