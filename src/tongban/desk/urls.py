"""Routes of the desk."""

from django.urls import path

from tongban.desk.views import cases, enter, queue, ratings

app_name = "desk"
urlpatterns = [
    path("sign-in", enter.sign_in, name="sign-in"),
    path("sign-out", enter.sign_out, name="sign-out"),
    path("", queue.queue, name="queue"),
    path("find", queue.find_case, name="find"),
    path("told", queue.told, name="told"),
    path("ratings", ratings.ratings, name="ratings"),
    path("ratings/<uuid:follow_up>", ratings.close_rating, name="close-rating"),
    path("cases/<str:number>", cases.case, name="case"),
    path("cases/<str:number>/files/<uuid:material>", cases.file, name="file"),
    path("cases/<str:number>/papers/<uuid:paper>.pdf", cases.paper, name="paper"),
    path("cases/<str:number>/<slug:command>", cases.command, name="command"),
]
