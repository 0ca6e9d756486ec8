"""Many items at once, in the national exchange's elements: what is offered as a file, and a file taken in as drafts."""

from __future__ import annotations

from pathlib import PurePosixPath

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from tongban.base.actors import Kind
from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.desk.views.items import DRAFT
from tongban.journeys import interchange, publish
from tongban.ui import files_host
from tongban.ui.doors import opens_for, page

LARGEST = 16 * 1024 * 1024  # bytes of a file that a page takes; larger ones go by the command
MEDIA = {"json": "application/json", "csv": "text/csv"}


@require_http_methods(["GET", "POST"])
@opens_for(Kind.OFFICER, power=DRAFT)
def table(request: HttpRequest) -> HttpResponse:
    """Where a file is sent; a POST takes it in and says what came of each row."""
    no, taken = None, None
    if request.method == "POST":
        try:
            taken = _taken(request)
        except Refusal as refused:
            no = refused
    status = no.status if no else 422 if taken and taken.wrong else 200
    return page(request, "desk/items-table.html", status=status, no=no, taken=taken, titles=_titles(taken), most=publish.MOST)


def _titles(taken: interchange.Taken | None) -> list[tuple[str, Words]]:
    """The drafts that were begun, each with its title."""
    drafts = publish.board().drafts if taken else ()
    return [(str(row.id), Words(**row.title)) for row in drafts if taken and row.code in taken.drafted]


def _taken(request: HttpRequest) -> interchange.Taken:
    sent = request.FILES.get("table")
    if sent is None:
        raise Refusal("nothing_sent", Words(zh="请选择文件", en="Choose a file"), field="table")
    if (sent.size or 0) > LARGEST:
        raise Refusal(
            "table_too_large",
            Words(zh="文件超过 16 MB", en="The file is larger than 16 MB"),
            next_step=Words(zh="请分成几个文件上传。", en="Send it in several files."),
            field="table",
        )
    kind = PurePosixPath(str(sent.name or "")).suffix.lower()
    return publish.send_table(sent.read(), kind=kind, by=request.actor, now=request.now)


@require_safe
@opens_for(Kind.OFFICER, power=DRAFT)
def offered(request: HttpRequest, kind: str) -> HttpResponse:
    """Everything this city offers, to be changed and sent back."""
    return files_host.attachment(interchange.export(f".{kind}"), MEDIA[kind], f"catalogue.{kind}")
