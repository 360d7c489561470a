from django.apps import AppConfig


class ReadersConfig(AppConfig):
    name = "subscriptions.readers"
