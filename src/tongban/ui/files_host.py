"""What others uploaded is served from a host name of its own, where no page and no session of ours lives.

The page hands over a link that is good for a minute and for one officer's one file (``hand``); on the files' host only
such links are answered (``FilesHost``), as attachments under a sandbox (``attachment``). A file that a browser would
run after all finds there neither a cookie nor anything to talk to. Without ``settings.TONGBAN_FILES_HOST`` (a node
that has one name only) the file comes from the page's own host, as the same attachment.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import content_disposition_header

from tongban.base.errors import Denied
from tongban.base.words import Words

SALT = "tongban.files"
MINUTE = 60


class LinkSpent(Denied):
    """The link to a file is too old, or was changed."""

    def __init__(self) -> None:
        super().__init__(
            "link-spent",
            Words(zh="这个下载链接已经失效", en="This link to a file has expired"),
            because=Words(zh="为了安全，下载链接一分钟后失效。", en="For security, a link to a file lasts one minute."),
            next_step=Words(zh="回到办件页面再点一次。", en="Go back to the case and press it again."),
        )


def hand(request: HttpRequest, route: str, **what: str) -> HttpResponse | None:
    """The way to a file on the files' host: ``what`` says which and for whom. None when there is no such host."""
    host = settings.TONGBAN_FILES_HOST
    if not host:
        return None
    path = reverse(route, args=[signing.dumps(what, salt=SALT, compress=True)])
    return HttpResponseRedirect(f"{request.scheme}://{host}{path}")


def handed(token: str) -> dict[str, Any]:
    """What a link said. Raises LinkSpent."""
    try:
        return dict(signing.loads(token, salt=SALT, max_age=MINUTE))
    except signing.BadSignature as spent:
        raise LinkSpent from spent


def attachment(content: bytes, media_type: str, name: str) -> HttpResponse:
    """Bytes that the browser saves and never shows as a page of ours."""
    answer = HttpResponse(content, content_type=media_type)
    answer.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["Cache-Control"] = "no-store"
    return answer


class FilesHost:
    """Keeps the two hosts apart: the files' host answers only links to files, the pages' host none of them. Who types
    the files' host is sent to the pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        host = settings.TONGBAN_FILES_HOST
        if not host:
            return self.get_response(request)
        link = request.path.startswith(tuple(settings.TONGBAN_FILES_PATHS))
        if (request.get_host() == host) == link:
            return self.get_response(request)
        if link:
            return HttpResponse(status=404)
        return HttpResponseRedirect(settings.TONGBAN_BASE_URL + request.get_full_path())
