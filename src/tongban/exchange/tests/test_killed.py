"""``kill -9`` at every step of a hand-over, on both sides, over real sockets: one effect, one receipt, nothing lost."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.db import connection, connections

from tongban.exchange import actions, client
from tongban.exchange import signatures as wire
from tongban.exchange.actions import asking, recording, sending, taking
from tongban.exchange.models import Inbox, Outbox, Stream
from tongban.exchange.tests import parties
from tongban.exchange.tests.parties import NOW, THERE

CASE = "330100-1"


def die(*_: Any, **__: Any) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def killed(work: Callable[[], Any]) -> None:
    """Run ``work`` in a process of its own with connections of its own; it must die by SIGKILL."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


@pytest.fixture
def far() -> Iterator[parties.Line]:
    """The other city as a real server on loopback."""
    line = parties.Line()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            url = f"http://{self.headers['Host']}{self.path}"
            request = wire.Request("POST", url, tuple(self.headers.items()), body)
            answer = line.sign(line._take(request), request)
            self.send_response(answer.status)
            for name, value in (*answer.headers, ("Content-Length", str(len(answer.body)))):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    line.endpoint = f"http://127.0.0.1:{server.server_port}"
    yield line
    server.shutdown()
    server.server_close()


def send(after: float = 0) -> int:
    pool = client.Pool(loopback=True)
    try:
        return actions.deliver(peer=THERE, now=NOW + timedelta(seconds=after), pool=pool)
    finally:
        pool.close()


@pytest.mark.parametrize(
    ("room", "step"),
    [(sending, "call"), (client.Pool, "send"), (asking.wire, "check_response"), (recording, "response_row"),
     (sending, "_settle"), (sending, "_update")],
    ids=["claimed", "recorded", "answered", "verified", "believed", "before the receipt is kept"],
)  # fmt: skip
def test_a_sender_killed_at_any_step_sends_again_and_the_effect_is_one(committed_db, far, monkeypatch, room, step):
    here, there = parties.nodes()
    there = parties.changed(there, endpoint=far.endpoint)
    parties.trust(parties.trust_list(peers=[here, there]))
    for _ in range(2):
        actions.put_out(peer=THERE, case_ref=CASE, kind="case.told", data={}, now=NOW)
    with monkeypatch.context() as fatal:
        fatal.setattr(room, step, die)
        killed(send)
    assert Outbox.objects.filter(delivered_at=None).count() == 2
    assert send(after=10) == 2
    assert [event.sequence for event in far.seen] == [1, 2]
    assert not Outbox.objects.filter(delivered_at=None).exists()


@pytest.mark.parametrize(
    ("room", "step"),
    [(actions.receiving, "_verified"), (taking, "take_in"), (taking, "_receipt"), (taking.Inbox.objects, "create"),
     (actions.receiving, "respond"), (recording, "response_row")],
    ids=["arrived", "received", "applied", "receipt made", "committed", "before the answer is on record"],
)  # fmt: skip
def test_a_receiver_killed_at_any_step_has_one_effect_and_gives_one_receipt(committed_db, monkeypatch, room, step):
    parties.agreed()
    event = parties.event(1)

    def apply(happening: Any, verified: Any) -> None:
        Stream.objects.create(way="in", peer="effect", case_ref=str(happening.id))

    def take() -> wire.Response:
        return actions.answer_event(request=parties.handed(event), apply=apply, now=NOW)

    with monkeypatch.context() as fatal:
        fatal.setattr(room, step, die)
        killed(take)
    first, second = take(), take()
    assert (first.status, first.body) == (200, second.body)
    assert Stream.objects.filter(peer="effect").count() == 1
    assert Inbox.objects.count() == 1
    connection.close()
