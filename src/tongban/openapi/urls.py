"""Routes of the machines' door."""

from django.urls import path

from tongban.openapi import catalogue, crawling, joint, views

app_name = "openapi"
urlpatterns = [
    path("wire/v1/events", views.events, name="events"),
    path("wire/v1/query/<slug:resource>", views.query, name="query"),
    path("api/agency/steps/<str:number>/<str:step>", views.agency_step, name="agency-step"),
    path("api/agency/missing/<str:number>/<str:step>", views.agency_missing, name="agency-missing"),
    path("api/courier/reports", views.courier_report, name="courier-report"),
    path("api/payments/reports", views.payment_report, name="payment-report"),
    path("api/payments/payouts", views.payout_report, name="payout-report"),
    path("api/services", catalogue.services, name="services"),
    path("api/services/<str:city>/<slug:code>", catalogue.service, name="service"),
    path("api/services/<str:city>/<slug:code>/versions", catalogue.versions, name="versions"),
    path("api/services/<str:city>/<slug:code>/versions/<slug:sha256>", catalogue.version, name="version"),
    path("api/bundles", joint.bundles, name="bundles"),
    path("api/bundles/<str:city>/<slug:code>", joint.bundle, name="bundle"),
    path("api/bundles/<str:city>/<slug:code>/versions", joint.versions, name="bundle-versions"),
    path("api/bundles/<str:city>/<slug:code>/versions/<slug:sha256>", joint.version, name="bundle-version"),
    path("api/catalogue", catalogue.counts, name="counts"),
    path("api/openapi.json", catalogue.description, name="description"),
    path("sitemap.xml", crawling.sitemap, name="sitemap"),
    path("sitemap-<int:number>.xml", crawling.part, name="sitemap-part"),
    path("robots.txt", crawling.robots, name="robots"),
    path("health", views.health, name="health"),
]
