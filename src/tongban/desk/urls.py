"""Routes of the desk."""

from django.urls import path

from tongban.desk import views

app_name = "desk"
urlpatterns = [
    path("sign-in", views.sign_in, name="sign-in"),
    path("sign-out", views.sign_out, name="sign-out"),
    path("", views.queue, name="queue"),
    path("find", views.find_case, name="find"),
    path("told", views.told, name="told"),
    path("ratings", views.ratings, name="ratings"),
    path("ratings/<uuid:follow_up>", views.close_rating, name="close-rating"),
    path("cases/<str:number>", views.case, name="case"),
    path("cases/<str:number>/files/<uuid:material>", views.file, name="file"),
    path("cases/<str:number>/papers/<uuid:paper>.pdf", views.paper, name="paper"),
    path("cases/<str:number>/<slug:command>", views.command, name="command"),
]
