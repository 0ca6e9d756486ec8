"""Addresses of the page furniture."""

from django.urls import path

from tongban.ui import views

app_name = "ui"

urlpatterns = [
    path("lang", views.switch, name="switch"),
    path("ui/city.css", views.city_css, name="city-css"),
    path("styleguide", views.guide, name="styleguide"),
]
