"""Routes of the desk."""

from django.urls import path

from tongban.desk.views import cases, enter, inspect, levels, queue, ratings, reads, supervise, window

app_name = "desk"
urlpatterns = [
    path("sign-in", enter.sign_in, name="sign-in"),
    path("sign-out", enter.sign_out, name="sign-out"),
    path("", queue.queue, name="queue"),
    path("bulk", queue.bulk, name="bulk"),
    path("find", queue.find_case, name="find"),
    path("handed/<str:token>", cases.handed, name="handed"),
    path("told", queue.told, name="told"),
    path("ratings", ratings.ratings, name="ratings"),
    path("ratings/<uuid:follow_up>", ratings.close_rating, name="close-rating"),
    path("reads", reads.reads, name="reads"),
    path("reads/<uuid:question>", reads.answer, name="answer-read"),
    path("absences", supervise.absences, name="absences"),
    path("supervise", supervise.overview, name="supervise"),
    path("supervise/looks", supervise.looks, name="looks"),
    path("supervise/quality", supervise.quality, name="quality"),
    path("supervise/quality/<uuid:draw>", supervise.draw, name="draw"),
    path("supervise/<str:number>/reassign", supervise.reassign, name="reassign"),
    path("offices", levels.offices, name="offices"),
    path("cases/<str:number>/inspect/<str:step>", inspect.inspect, name="inspect"),
    path("cases/<str:number>/pass", levels.pass_on, name="pass"),
    path("window", window.window, name="window"),
    path("window/leave", window.leave, name="window-leave"),
    path("window/for", window.act_for, name="window-for"),
    path("window/start/<str:city>/<slug:code>", window.start, name="window-start"),
    path("window/drafts/<uuid:id>", window.form, name="window-form"),
    path("window/drafts/<uuid:id>/papers", window.papers, name="window-papers"),
    path("window/drafts/<uuid:id>/papers/<slug:material>", window.scan, name="window-scan"),
    path("window/drafts/<uuid:id>/sign", window.sign, name="window-sign"),
    path("window/drafts/<uuid:id>/sign/<uuid:party>", window.signed, name="window-signed"),
    path("window/drafts/<uuid:id>/do/<slug:step>", window.do, name="window-do"),
    path("window/receipts/<str:number>", window.receipt, name="window-receipt"),
    path("cases/<str:number>", cases.case, name="case"),
    path("cases/<str:number>/files/<uuid:material>", cases.file, name="file"),
    path("cases/<str:number>/files/<uuid:material>.jpg", cases.picture, name="picture"),
    path("cases/<str:number>/papers/<uuid:paper>.pdf", cases.paper, name="paper"),
    path("cases/<str:number>/<slug:command>", cases.command, name="command"),
]
