"""Routes of the portal."""

from django.urls import path

from tongban.portal.views import cases, drafts, enter, find, papers, signing, space

app_name = "portal"
urlpatterns = [
    path("", find.home, name="home"),
    path("search", find.search, name="search"),
    path("services", find.services, name="services"),
    path("services/<str:city>/<slug:code>", find.guide, name="guide"),
    path("services/<str:city>/<slug:code>/start", drafts.start, name="start"),
    path("sign-in", enter.sign_in, name="sign-in"),
    path("sign-in/code", enter.code, name="code"),
    path("sign-out", enter.sign_out, name="sign-out"),
    path("prove", enter.prove, name="prove"),
    path("prove/face", enter.face, name="face"),
    path("prove/face/done", enter.face_done, name="face-done"),
    path("demo/outbox", enter.outbox, name="outbox"),
    path("drafts/<uuid:id>", drafts.overview, name="draft"),
    path("drafts/<uuid:id>/q/<slug:key>", drafts.question, name="question"),
    path("drafts/<uuid:id>/materials", drafts.materials, name="materials"),
    path("drafts/<uuid:id>/materials/<slug:material>", drafts.upload, name="upload"),
    path("drafts/<uuid:id>/materials/<slug:material>/<uuid:upload>", drafts.remove, name="remove"),
    path("drafts/<uuid:id>/review", drafts.review, name="review"),
    path("drafts/<uuid:id>/renew", drafts.renew, name="renew"),
    path("drafts/<uuid:id>/lock", signing.lock, name="lock"),
    path("drafts/<uuid:id>/unlock", signing.unlock, name="unlock"),
    path("drafts/<uuid:id>/sign", signing.overview, name="signers"),
    path("drafts/<uuid:id>/submit", signing.submit, name="submit"),
    path("sign", signing.waiting, name="waiting"),
    path("sign/<uuid:party>", signing.read, name="read"),
    path("cases", cases.mine, name="cases"),
    path("cases/<str:number>", cases.case, name="case"),
    path("cases/<str:number>/receipt", cases.receipt, name="receipt"),
    path("cases/<str:number>/withdraw", cases.withdraw, name="withdraw"),
    path("cases/<str:number>/supplement", cases.supplement, name="supplement"),
    path("cases/<str:number>/deliver", cases.deliver, name="deliver"),
    path("cases/<str:number>/rate", cases.rate, name="rate"),
    path("papers/<uuid:id>.pdf", papers.pdf, name="paper"),
    path("verify", papers.verify, name="verify"),
    path("verify/<str:code>", papers.verified, name="verified"),
    path("space", space.space, name="space"),
    path("space/messages", space.messages, name="messages"),
    path("space/access", space.access, name="access"),
    path("space/acting", space.acting, name="acting"),
]
