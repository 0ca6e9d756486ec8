"""The room's registration with Django."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """App label ``exchange``."""

    name = "tongban.exchange"
    label = "exchange"
