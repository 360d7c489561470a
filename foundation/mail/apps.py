from typing import Any

from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "foundation.mail"

    def ready(self) -> None:
        # anymail tells of bounces by a Django signal and in no other way. It is the one signal in the house; what it
        # brings goes through the same action as our own bounce endpoint.
        from anymail.signals import tracking

        tracking.connect(_take_tracking_event, dispatch_uid="foundation.mail")


def _take_tracking_event(sender: object, event: Any, esp_name: str, **_: object) -> None:
    from foundation.mail import provider_events  # models are not loaded when this module is

    provider_events.take(event)
