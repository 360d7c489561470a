from django.apps import AppConfig
from django.core.checks import register


class PaymentsConfig(AppConfig):
    name = "orders.payments"

    def ready(self) -> None:
        from orders.payments.checks import check_stripe  # models cannot be imported before the apps are ready

        register(check_stripe)
