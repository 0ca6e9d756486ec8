"""One bounded pool for calls to peers: at most two seconds each, a share for each peer, a breaker for the silent one."""

from __future__ import annotations

import ssl
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlow
from datetime import datetime, timedelta
from functools import cache
from threading import BoundedSemaphore, Lock

import httpx

from tongban.exchange import addresses, keys
from tongban.exchange.signatures import Request, Response

LIMIT = 2.0  # seconds that a page may wait for a peer
LARGEST = 8 * 1024 * 1024  # bytes of an answer
_WORKERS, _SHARE = 12, 4
_FAILURES, _PAUSE = 5, timedelta(seconds=10)


class Unreachable(Exception):
    """No answer: refused, too slow, too large, blocked, or not tried because the peer was silent just now."""


class Breaker:
    """Opens after five failures in a row; then one call every ten seconds tries whether the peer is back."""

    def __init__(self) -> None:
        self.failures = 0
        self.again: datetime | None = None
        self._lock = Lock()

    def admit(self, now: datetime) -> bool:
        """Whether a call may be tried at ``now``. While open, the one admitted call moves the next try on."""
        with self._lock:
            if self.again is None:
                return True
            if now < self.again:
                return False
            self.again = now + _PAUSE
            return True

    def record(self, ok: bool, now: datetime) -> None:
        """Tell how a call ended."""
        with self._lock:
            self.failures = 0 if ok else self.failures + 1
            self.again = now + _PAUSE if self.failures >= _FAILURES else None


class Pool:
    """Threads for calls to peers. A slow peer holds its own share of them and never the others'."""

    def __init__(
        self,
        *,
        loopback: bool,
        transport: httpx.BaseTransport | None = None,
        ca: str | None = None,
    ) -> None:
        self._loopback = loopback
        self._threads = ThreadPoolExecutor(_WORKERS, thread_name_prefix="peer")
        self._shares: dict[str, BoundedSemaphore] = {}
        self._breakers: dict[str, Breaker] = {}
        self._client = httpx.Client(
            limits=httpx.Limits(max_connections=2 * _WORKERS, max_keepalive_connections=_WORKERS),
            follow_redirects=False,
            trust_env=False,
            verify=ssl.create_default_context(cafile=ca),
            transport=transport,
        )

    def send(self, peer: str, request: Request, *, limit: float = LIMIT, now: datetime) -> Response:
        """Send a signed request to ``peer``; wait ``limit`` seconds in all. Raises ``Unreachable``."""
        breaker = self._breakers.setdefault(peer, Breaker())
        share = self._shares.setdefault(peer, BoundedSemaphore(_SHARE))
        if not breaker.admit(now):
            raise Unreachable("not answering for a while; not tried again yet")
        if not share.acquire(blocking=False):
            raise Unreachable("too many calls are waiting for this peer")
        call: Future[Response] = self._threads.submit(self._exchange, request, limit)
        call.add_done_callback(lambda _: share.release())
        try:
            response = call.result(timeout=limit)
        except (TooSlow, httpx.HTTPError, httpx.InvalidURL, addresses.Blocked) as wrong:
            call.cancel()
            breaker.record(False, now)
            raise Unreachable(f"{type(wrong).__name__}: {wrong}") from wrong
        breaker.record(True, now)
        return response

    def close(self) -> None:
        """End the threads and connections."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._client.close()

    def _exchange(self, request: Request, limit: float) -> Response:
        if str(httpx.URL(request.url)) != request.url:
            raise addresses.Blocked("not the one spelling of this address")
        pinned = addresses.pin(request.url, loopback=self._loopback)
        # The digest is over the bytes sent: nobody on the way shall compress them.
        headers = [("Host", pinned.host), ("Accept-Encoding", "identity"), *request.headers]
        with self._client.stream(
            request.method,
            pinned.url,
            headers=headers,
            content=request.body,
            timeout=limit,
            extensions={"sni_hostname": pinned.name},
        ) as answer:
            body = bytearray()
            for chunk in answer.iter_raw():
                body += chunk
                if len(body) > LARGEST:
                    raise httpx.ReadError("the answer is too large")
            lines = tuple((name.decode("ascii"), value.decode("latin-1")) for name, value in answer.headers.raw)
            return Response(answer.status_code, lines, bytes(body))


@cache
def pool() -> Pool:
    """This process's pool, made at first use (after a server has forked)."""
    return Pool(loopback=keys.loopback_allowed(), ca=keys.ca_file())
