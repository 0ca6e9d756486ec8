"""Addresses of the page furniture."""

from django.urls import path

from tongban.ui import views

app_name = "ui"

urlpatterns = [
    path("lang", views.switch, name="switch"),
    path("ui/city.css", views.city_css, name="city-css"),
    path("ui/icon.svg", views.icon_svg, name="icon-svg"),
    path("ui/<slug:name>.png", views.icon, name="icon"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("worker.js", views.worker, name="worker"),
    path("offline", views.offline, name="offline"),
    path("styleguide", views.guide, name="styleguide"),
]
