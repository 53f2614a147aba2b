"""Asking one address again and again on fresh connections, so many at a time: by a probe of ours, and by nothing but sockets.

Run as a process of its own: ``askers.py probe|raw <url> <ca.pem> <count> <in flight>`` prints CPU seconds a question.
"""

from __future__ import annotations

import asyncio
import errno
import select
import socket
import ssl
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

from serving import COMMON

from monitor.clock import Clock
from monitor.loop import run
from monitor.probes import http, observe, open_tools
from monitor.table import Secret
from monitor.timeline.model import Outcome


async def probe(url: str, ca: str, count: int, in_flight: int) -> float:
    """Ours: resolved, asked, read, judged; nothing is kept."""
    asking = http.Settings(**(COMMON | {"url": url, "ca": Secret("ca.pem", ca) if url.startswith("https") else None}))

    async def several(times: int) -> None:
        for _ in range(times):
            seen = await observe(asking, "local", 1000, tools)
            assert seen.outcome is Outcome.PASS, seen

    async with open_tools(Clock()) as tools:
        await several(100)
        before = time.process_time()
        await asyncio.gather(*(several(count // in_flight) for _ in range(in_flight)))
        return (time.process_time() - before) / count


class Raw:
    """The limit: sockets, epoll, and a look at whether the answer has come."""

    def __init__(self, url: str, ca: Path) -> None:
        parts = urlsplit(url)
        self._address = (parts.hostname, parts.port)
        self._words = f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n".encode()
        self._context = ssl.create_default_context(cafile=str(ca)) if parts.scheme == "https" else None
        self._epoll = select.epoll()
        self._open: dict[int, tuple[socket.socket, bool]] = {}

    def ask(self, count: int, in_flight: int) -> float:
        """CPU seconds a question."""
        before, begun, ended = time.process_time(), 0, 0
        while ended < count:
            while begun < count and len(self._open) < in_flight:
                self._begin()
                begun += 1
            for number, _ in self._epoll.poll():
                ended += self._go_on(number)
        return (time.process_time() - before) / count

    def _begin(self) -> None:
        made = socket.socket()
        made.setblocking(False)
        assert made.connect_ex(self._address) in (0, errno.EINPROGRESS)
        self._open[made.fileno()] = (made, False)
        self._epoll.register(made, select.EPOLLOUT)

    def _go_on(self, number: int) -> int:
        line, has_sent = self._open[number]
        try:
            if not has_sent:
                if self._context and not isinstance(line, ssl.SSLSocket):
                    line = self._context.wrap_socket(
                        line, server_hostname=self._address[0], do_handshake_on_connect=False
                    )
                    self._open[number] = (line, False)
                if isinstance(line, ssl.SSLSocket):
                    line.do_handshake()
                line.send(self._words)
                self._open[number] = (line, True)
                self._epoll.modify(number, select.EPOLLIN)
                return 0
            assert line.recv(16_384).startswith(b"HTTP/1.1 200")
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError) as wanted:
            is_read = isinstance(wanted, ssl.SSLWantReadError)
            self._epoll.modify(number, select.EPOLLIN if is_read else select.EPOLLOUT)
            return 0
        self._epoll.unregister(number)
        del self._open[number]
        line.close()
        return 1


def main(how: str, url: str, ca: str, count: str, in_flight: str) -> None:
    """Print the figure."""
    if how == "raw":
        took = Raw(url, Path(ca)).ask(int(count), int(in_flight))
    else:
        took = run(probe(url, Path(ca).read_text(), int(count), int(in_flight)))
    sys.stdout.write(f"{took:.9f}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
