"""The real thing, started as its user would: a configuration folder, a state folder, and ``meetlat run`` as a process."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def eventually(look: Callable[[], T | None], what: str, seconds: float = 30) -> T:
    """Look until there is something to see."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"still waiting after {seconds} s for: {what}")


class Target:
    """An endpoint to be probed, which can be stopped, slowed and broken."""

    def __init__(self) -> None:
        self.port = free_port()
        self.status = 200
        self.delay = 0.0
        self.asked: list[float] = []
        self._server: ThreadingHTTPServer | None = None
        self.start()

    def start(self) -> None:
        """Listen (again)."""
        target = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                target.asked.append(time.time())
                time.sleep(target.delay)
                self.send_response(target.status, "<script>alert(1)</script>")
                self.send_header("Content-Length", "2")
                self.end_headers()
                with contextlib.suppress(OSError):
                    self.wfile.write(b"ok")

            def log_message(self, *_: object) -> None:
                """Quiet."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 1024

        self._server = Server(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        """Refuse connections."""
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


@dataclass
class Meetlat:
    """One installation: its folders, and the process while it runs."""

    home: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def config(self) -> Path:
        """The configuration folder."""
        return self.home / "config"

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"http://127.0.0.1:{self.port}"

    def write(self, name: str, text: str) -> None:
        """Write one configuration file."""
        path = self.config / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def environment(self) -> dict[str, str]:
        """The environment it runs in: a state folder of its own."""
        return os.environ | {"MEETLAT_STATE": str(self.home / "state")}

    def start(self, command: str = "run") -> None:
        """Start it; the log goes to ``log`` in its home."""
        arguments = ["--port", str(self.port)] if command in ("run", "site") else []
        with (self.home / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "monitor", command, str(self.config), *arguments],
                env=self.environment(),
                stdout=log,
                stderr=log,
                cwd=self.home,
            )

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the process."""
        assert self.process
        self.process.send_signal(number)

    def stop(self, seconds: float = 10) -> float:
        """SIGTERM, and how long stopping took."""
        assert self.process
        begun = time.monotonic()
        self.signal(signal.SIGTERM)
        assert self.process.wait(seconds) == 0, self.log()
        assert "Fatal Python error" not in self.log(), self.log()  # not of a process beside it either
        return time.monotonic() - begun

    def kill(self) -> None:
        """Pull the plug."""
        assert self.process
        self.signal(signal.SIGKILL)
        self.process.wait()

    def log(self) -> str:
        """What it logged so far."""
        return (self.home / "log").read_text()

    def run(self, *arguments: str, code: int = 0, text: str | None = None) -> str:
        """Run another command on the same folders and give what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "monitor", *arguments],
            env=self.environment(),
            cwd=self.home,
            capture_output=True,
            text=True,
            input=text,
            timeout=60,
            check=False,
        )
        assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
        return done.stdout if code == 0 else done.stdout + done.stderr

    def statement(self, agreement: str, period: str) -> dict[str, Any]:
        """A statement as JSON."""
        document: dict[str, Any] = json.loads(self.run("statement", agreement, period, "--json"))
        return document

    def get(self, path: str) -> tuple[int, str]:
        """Status and body of a page; status 0 while nobody listens."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""


@contextlib.contextmanager
def installed(home: Path) -> Iterator[Meetlat]:
    """An installation that is gone afterwards, whatever happened."""
    meetlat = Meetlat(home)
    try:
        yield meetlat
    finally:
        if meetlat.process and meetlat.process.poll() is None:
            meetlat.process.kill()
            meetlat.process.wait()


def answers(url: str) -> bool:
    """Whether there is a page."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
