from django.urls import path

from web.api.mail_bounces import mail_bounces

urlpatterns = [
    path("v1/mail/bounces/", mail_bounces),
]
