from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "web.api"

    def ready(self) -> None:
        from web.api import openapi_schemes  # noqa: F401  # drf-spectacular cannot be loaded before the apps are ready
