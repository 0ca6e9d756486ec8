"""The room's registration with Django."""

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """App label ``payments``."""

    name = "tongban.payments"
    label = "payments"
