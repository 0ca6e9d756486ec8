"""A node of the tests: signs with http-message-signatures itself, and keeps what the sandboxes tell it."""

import json
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from http_message_signatures import HTTPMessageSigner, HTTPMessageVerifier, InvalidSignature, MappingKeyResolver
from http_message_signatures.algorithms import ED25519
from http_message_signatures.digests import ContentDigest
from joserfc.jwk import OKPKey

COVERED = (
    "@method", "@target-uri", "content-digest", "content-type",
    "tongban-sender", "tongban-purpose", "tongban-consent", "tongban-case",
)  # fmt: skip
BOUND = ("@status", "content-digest", '"@method";req', '"@target-uri";req', '"signature";req')


def until(true: Callable[[], Any], seconds: float = 10) -> Any:
    """Waits for what another process will do; fails with the last value seen."""
    end = time.monotonic() + seconds
    while not (value := true()):
        assert time.monotonic() < end, f"did not happen: {value!r}"
        time.sleep(0.03)
    return value


@dataclass
class Heard:
    """A callback as the node received it: the body, whether its signature held, its raw signature."""

    body: dict[str, Any]
    held: bool
    signature: str
    status: int


class Node:
    def __init__(self, name: str = "330100") -> None:
        self.name = name
        self.key = OKPKey.generate_key("Ed25519")
        self.heard: list[Heard] = []
        self.answer: Callable[[dict[str, Any]], tuple[int, dict[str, Any]]] = lambda body: (200, {})
        self.callers: dict[str, Any] = {}
        self.signs = True
        node = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                status, body = node.hear(self)
                content = json.dumps(body).encode()
                self.send_response(status)
                for name, value in node.sealed(self, status, content).items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def trusts(self, *sandboxes: "Running") -> None:
        for sandbox in sandboxes:
            key = OKPKey.import_key(httpx.get(f"{sandbox.url}/public.jwk").json())
            self.callers[key.thumbprint()] = key.public_key

    def _verifier(self) -> HTTPMessageVerifier:
        resolver = MappingKeyResolver(public_keys=self.callers, private_keys={})
        return HTTPMessageVerifier(signature_algorithm=ED25519, key_resolver=resolver)

    def hear(self, got: Any) -> tuple[int, dict[str, Any]]:
        content = got.rfile.read(int(got.headers["Content-Length"]))
        message = SimpleNamespace(method="POST", url=self.url + got.path, headers=dict(got.headers.items()))
        signature = got.headers.get("Signature", "")
        try:
            self._verifier().verify(
                message, expect_tag="tongban", require_components=COVERED, body=content,
                max_age=timedelta(seconds=60),
            )  # fmt: skip
            held = signature not in [one.signature for one in self.heard]
        except InvalidSignature:
            held = False
        body = json.loads(content)
        status, answer = self.answer(body) if held else (401, {})
        self.heard.append(Heard(body, held, signature, status))
        return status, answer

    def sealed(self, got: Any, status: int, content: bytes) -> dict[str, str]:
        """Headers of an answer that is bound to the callback it answers; unsigned when the node is told so."""
        headers = {"Content-Type": "application/json"}
        if not self.signs:
            return headers
        request = SimpleNamespace(method="POST", url=self.url + got.path, headers=dict(got.headers.items()))
        keyid, now = self.key.thumbprint(), datetime.now(UTC)
        resolver = MappingKeyResolver(public_keys={}, private_keys={keyid: self.key.private_key})
        HTTPMessageSigner(signature_algorithm=ED25519, key_resolver=resolver).sign(
            SimpleNamespace(status_code=status, headers=headers, request=request),
            key_id=keyid, created=now, expires=now + timedelta(seconds=60), tag="tongban", label="tongban",
            nonce=secrets.token_urlsafe(16), covered_component_ids=BOUND, body=content,
        )  # fmt: skip
        return headers

    def sign(
        self, method: str, url: str, content: bytes, *, purpose: str, case: str = "-", covered: tuple = COVERED,
        life: int = 60, ago: int = 0, nonce: str | None = None, key: OKPKey | None = None, sender: str | None = None,
        tag: str = "tongban",
    ) -> dict[str, str]:  # fmt: skip
        headers = {
            "Content-Type": "application/json", "Tongban-Sender": sender or self.name, "Tongban-Purpose": purpose,
            "Tongban-Consent": "-", "Tongban-Case": case,
        }  # fmt: skip
        keyid, created = self.key.thumbprint(), datetime.now(UTC) - timedelta(seconds=ago)
        resolver = MappingKeyResolver(public_keys={}, private_keys={keyid: (key or self.key).private_key})
        HTTPMessageSigner(signature_algorithm=ED25519, key_resolver=resolver).sign(
            SimpleNamespace(method=method, url=url, headers=headers),
            key_id=keyid, created=created, expires=created + timedelta(seconds=life), tag=tag, label="tongban",
            nonce=secrets.token_urlsafe(16) if nonce is None else nonce, covered_component_ids=covered,
            body=content if "content-digest" in covered else None,
        )  # fmt: skip
        headers.setdefault("Content-Digest", ContentDigest.create(content))
        return headers

    def call(self, sandbox: "Running", method: str, path: str, body: Any = None, **how: Any) -> httpx.Response:
        """A signed call whose answer is bound to it, or the test fails."""
        url = sandbox.url + path
        content = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = self.sign(method, url, content, purpose=how.pop("purpose", sandbox.purpose), **how)
        answer = httpx.request(method, url, content=content, headers=headers)
        self.check(answer, method, url, headers)
        return answer

    def check(self, answer: httpx.Response, method: str, url: str, headers: dict[str, str]) -> None:
        message = SimpleNamespace(
            status_code=answer.status_code,
            headers=answer.headers,
            request=SimpleNamespace(method=method, url=url, headers=headers),
        )
        self._verifier().verify(message, expect_tag="tongban", require_components=BOUND, body=answer.content)

    def entry(self, **more: Any) -> dict[str, Any]:
        return {"id": self.name, "url": self.url, "jwk": self.key.as_dict(private=False), **more}


@dataclass
class Running:
    """A sandbox process and how to speak to its operator."""

    name: str
    home: Path
    arguments: list[str]
    purpose: str = ""
    url: str = ""
    process: subprocess.Popen | None = None
    _purposes: dict[str, str] = field(
        default_factory=lambda: {"face": "identity-proof", "courier": "delivery", "tax": "agency-step", "acquirer": "payment"}
    )

    def start(self) -> "Running":
        self.purpose = self._purposes[self.name]
        port = self.url.rpartition(":")[2] or "0"
        command = [sys.executable, "-m", f"sandboxes.{self.name}", "--home", str(self.home), "--port", port]
        command += ["--trust", str(self.home.parent / "trust.json"), "--retry-first", "0.1", "--retry-most", "0.3"]
        self.process = subprocess.Popen(
            [*command, *self.arguments], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
        )
        self.url = self.process.stdout.readline().strip().rpartition(" ")[2]
        return self

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(10)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(10)

    @property
    def token(self) -> str:
        return (self.home / "control.token").read_text().strip()

    def control(self, **wish: Any) -> dict[str, Any]:
        answer = httpx.post(f"{self.url}/control", json=wish, headers={"Authorization": f"Bearer {self.token}"})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def operator(self) -> httpx.Client:
        client = httpx.Client(base_url=self.url, follow_redirects=True)
        assert client.post("/operator/enter", data={"token": self.token}).status_code == 200
        return client


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    node = Node()
    yield node
    node.server.shutdown()
    node.server.server_close()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sandboxes")


@pytest.fixture(scope="module")
def launch(home: Path, node: Node) -> Iterator[Callable[..., Running]]:
    """Starts a sandbox that trusts the node, and the node it; ended with the module."""
    running: list[Running] = []
    trust(home, node)

    def start(name: str, *arguments: str, folder: str = "") -> Running:
        running.append(Running(name, home / (folder or name), list(arguments)).start())
        node.trusts(running[-1])
        return running[-1]

    yield start
    for sandbox in running:
        if sandbox.process.poll() is None:
            sandbox.stop()


def trust(home: Path, *nodes: Node) -> None:
    (home / "trust.json").write_text(json.dumps({"parties": [node.entry() for node in nodes]}))
