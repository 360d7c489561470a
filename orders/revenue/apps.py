from django.apps import AppConfig


class RevenueConfig(AppConfig):
    name = "orders.revenue"
