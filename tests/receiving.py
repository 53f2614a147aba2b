"""Those who are told, in tests: mail and HTTP servers on loopback that keep what they got, and can hang, refuse or be away."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from running import free_port

from monitor.telling.payload import signed


@dataclass
class Post:
    """One request that came: its path, headers by lower case names, and body."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def told(self) -> dict[str, Any]:
        """The body as JSON."""
        found: dict[str, Any] = json.loads(self.body)
        return found

    def is_signed_with(self, secret: str) -> bool:
        """Whether the signature is the one that the secret makes."""
        name, at = self.headers["webhook-id"], int(self.headers["webhook-timestamp"])
        return self.headers["webhook-signature"] == signed(secret, name, at, self.body)["webhook-signature"]


class Hooks:
    """An HTTP server that keeps what was posted. Paths in ``status`` are answered so, those in ``hanging`` not at all."""

    def __init__(self) -> None:
        self.posts: list[Post] = []
        self.status: dict[str, int] = {}
        self.hanging: set[str] = set()
        self.lingers = 0.0  # seconds between keeping what came and answering
        hooks = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                while self.path in hooks.hanging:
                    time.sleep(0.05)
                hooks.posts.append(Post(self.path, headers, body))
                time.sleep(hooks.lingers)
                with contextlib.suppress(OSError):
                    self.send_response(hooks.status.get(self.path, 204))
                    self.send_header("Location", "/elsewhere")
                    self.send_header("Content-Length", "0")
                    self.end_headers()

            def log_message(self, *_: object) -> None:
                """Quiet."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 1024

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port: int = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def url(self, path: str = "/hook") -> str:
        """The address of a path."""
        return f"http://127.0.0.1:{self.port}{path}"

    def at(self, path: str) -> list[Post]:
        """What came to a path."""
        return [each for each in self.posts if each.path == path]

    def close(self) -> None:
        """Listen no more."""
        self.hanging.clear()
        self._server.shutdown()
        self._server.server_close()


@dataclass
class Letter:
    """One mail that came: to whom, and what."""

    to: str
    data: bytes

    @property
    def mail(self) -> EmailMessage:
        """The mail, taken apart."""
        return message_from_bytes(self.data, policy=default)

    @property
    def text(self) -> str:
        """Its plain text."""
        body = self.mail.get_body(("plain",))
        assert body is not None
        return str(body.get_content())

    @property
    def html(self) -> str:
        """Its HTML."""
        body = self.mail.get_body(("html",))
        assert body is not None
        return str(body.get_content())

    def link(self, what: str) -> str:
        """The first address in its text with this in it."""
        found = re.search(rf"https?://\S*/{what}/\S+", self.text)
        assert found, self.text
        return found[0]


@dataclass
class Mailing:
    """A mail server that keeps what it took. ``refused`` mailboxes are not there, ``full`` ones take nothing now; while it
    ``hangs`` it answers nobody.
    """

    letters: list[Letter] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    full: set[str] = field(default_factory=set)
    hangs: bool = False
    keeps: bool = True
    count: int = 0
    why: str = ""  # the status of RFC 3463 with which they are refused
    port: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        self._controller: Controller | None = None
        self.start()

    def start(self) -> None:
        """Listen."""
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        """Be away."""
        if self._controller:
            self._controller.stop()
            self._controller = None

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        """What aiosmtpd asks for each mailbox."""
        if address in self.refused:
            return f"550 {self.why}no such mailbox"
        if address in self.full:
            return "452 no room"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """What aiosmtpd asks for each mail."""
        while self.hangs:  # noqa: ASYNC110 -- set by another thread
            await asyncio.sleep(0.05)
        self.count += len(envelope.rcpt_tos)
        for to in envelope.rcpt_tos if self.keeps else ():
            self.letters.append(Letter(to, envelope.original_content or envelope.content))
        return "250 OK"

    def to(self, address: str) -> list[Letter]:
        """What came for a mailbox."""
        return [each for each in self.letters if each.to == address]


@contextlib.contextmanager
def receiving() -> Iterator[tuple[Hooks, Mailing]]:
    """Both servers, which are gone afterwards."""
    hooks, mailing = Hooks(), Mailing()
    try:
        yield hooks, mailing
    finally:
        mailing.hangs = False
        mailing.stop()
        hooks.close()


def mail_table(mailing: Mailing) -> str:
    """``[mail]`` of that server."""
    return f'\n[mail]\nhost = "127.0.0.1"\nport = {mailing.port}\nfrom = "status@acme.example"\nsecurity = "none"\n'
