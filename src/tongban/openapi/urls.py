"""Routes of the machines' door."""

from django.urls import path

from tongban.openapi import views

app_name = "openapi"
urlpatterns = [
    path("wire/v1/events", views.events, name="events"),
    path("wire/v1/query/<slug:resource>", views.query, name="query"),
    path("api/agency/steps/<str:number>/<str:step>", views.agency_step, name="agency-step"),
    path("api/courier/reports", views.courier_report, name="courier-report"),
    path("api/services", views.services, name="services"),
    path("api/services/<str:city>/<slug:code>", views.service, name="service"),
    path("health", views.health, name="health"),
]
