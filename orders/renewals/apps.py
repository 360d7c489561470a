from django.apps import AppConfig


class RenewalsConfig(AppConfig):
    name = "orders.renewals"
