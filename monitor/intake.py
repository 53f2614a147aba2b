"""Where endpoints call us: a small HTTP server of its own, beside the worker. The door to h11.

Whoever calls is a stranger until the token is seen, and may be slow, endless or many. Each has one request, ten seconds, and a
bounded number of bytes. When there are too many at once others wait, until who is here longest without a whole request goes. The
address is a secret: nothing of a request is ever logged, and an unknown token is answered as any address that is not there.
"""

from __future__ import annotations

import asyncio
import logging
import re
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial

import h11

from monitor.clock import Clock
from monitor.heartbeats import Heartbeats, NobodyListensError
from monitor.mishaps import Mishaps
from monitor.timeline.signals import Sign, Signal

SECONDS = 10.0
KEEPING_SECONDS = 30.0
MOST_AT_ONCE = 200  # without a whole request; descriptors are needed for probes too
WAITING = 1_024
GRANTED_MS = 1_000
HEAD_BYTES = 8_192
BODY_BYTES = 1 << 20
NOTE_BYTES = 4_096
EACH_MS = 500
AT_ONCE = 60
METHODS = (b"GET", b"POST", b"HEAD")
PATH = re.compile(rb"/heartbeat/([A-Za-z0-9_-]{16,128})(?:/(start|fail|[0-9]{1,3}))?(?:\?.*)?")
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Reply:
    """A status and the words for it."""

    status: int
    text: str
    headers: tuple[tuple[str, str], ...] = ()


HEARD = Reply(200, "OK")
NOWHERE = Reply(404, "Not found")
NO_SUCH_METHOD = Reply(405, "Allowed are GET, POST and HEAD", (("Allow", "GET, POST, HEAD"),))
TOO_MUCH = Reply(413, "At most 1 MB")
TOO_OFTEN = Reply(429, "Too often", (("Retry-After", "5"),))
NOT_KEPT = Reply(503, "Not kept, call again", (("Retry-After", "5"),))


@dataclass
class Rate:
    """How often each probe may call: two a second, and many at once after a while. Who calls more is still heard that often."""

    clock: Clock
    _full_ms: dict[str, int] = field(default_factory=dict)  # when all that was used will have come back

    def allows(self, probe: str) -> bool:
        """True for one more call now, unless there were too many."""
        now = self.clock.monotonic_ms()
        full = max(now, self._full_ms.get(probe, now)) + EACH_MS
        if full - now > AT_ONCE * EACH_MS:
            return False
        self._full_ms[probe] = full
        return True


class Intake:
    """Listens for calls, and answers each once it is kept."""

    def __init__(self, clock: Clock, heartbeats: Heartbeats, mishaps: Mishaps, seconds: float = SECONDS) -> None:
        self._clock = clock
        self._heartbeats = heartbeats
        self._mishaps = mishaps
        self._seconds = seconds
        self._rate = Rate(clock)
        self._socket: socket.socket | None = None
        self._accepting: asyncio.Task[None] | None = None
        self._reading: dict[
            asyncio.Task[None], int
        ] = {}  # those without a whole request yet, and since when, oldest first
        self._tasks: set[asyncio.Task[None]] = set()
        self._room = asyncio.Event()

    async def open(self, host: str, port: int) -> None:
        """Listen there. OSError when nobody may."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.create_server((host, port), family=family, backlog=WAITING)
        self._socket.setblocking(False)
        self._accepting = asyncio.create_task(self._accept(self._socket), name="intake")

    async def close(self) -> None:
        """Listen no more. What was heard is kept and answered; who has not said it all yet is cut off."""
        if self._socket and self._accepting:
            self._accepting.cancel()
            await asyncio.gather(self._accepting, return_exceptions=True)
            self._socket.close()
        for task in list(self._reading):
            task.cancel()
        if self._tasks:
            await asyncio.wait(list(self._tasks), timeout=2)

    async def _accept(self, listening: socket.socket) -> None:
        """Take calls as there is room for them; the others wait their turn in the queue of the system."""
        loop = asyncio.get_running_loop()
        while True:
            await self._make_room()
            try:
                connection, _ = await loop.sock_accept(listening)
                reader, writer = await asyncio.open_connection(sock=connection, limit=HEAD_BYTES)
            except OSError:  # it is gone already, or we are out of descriptors
                await asyncio.sleep(0.05)
                continue
            task = loop.create_task(self._attend(reader, writer), name="call")
            self._tasks.add(task)
            self._reading[task] = self._clock.monotonic_ms()
            task.add_done_callback(partial(self._left, writer))

    async def _make_room(self) -> None:
        """Wait for one to leave while there are too many; after a second the one that is here longest has to."""
        while len(self._reading) >= MOST_AT_ONCE:
            oldest, since = next(iter(self._reading.items()))
            left = since + GRANTED_MS - self._clock.monotonic_ms()
            self._room.clear()
            try:
                async with asyncio.timeout(max(0, left) / 1000):
                    await self._room.wait()
            except TimeoutError:
                self._heard_out(oldest)
                oldest.cancel()

    def _heard_out(self, task: asyncio.Task[None]) -> None:
        self._reading.pop(task, None)
        self._room.set()

    def _left(self, writer: asyncio.StreamWriter, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._heard_out(task)
        writer.transport.abort() if task.cancelled() else writer.close()

    async def _attend(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 -- it is one
        try:
            wire = _Wire(reader, writer)
            async with asyncio.timeout(self._seconds):
                reply, answer = await self._listen(wire)
            self._heard_out(task)
            if answer:
                async with asyncio.timeout(KEEPING_SECONDS):
                    reply = await answer()
            async with asyncio.timeout(self._seconds):
                await wire.reply(reply)
        except (TimeoutError, OSError, h11.LocalProtocolError):
            pass  # whoever called is gone, or never came to the point
        except Exception as error:  # noqa: BLE001 -- a mistake of ours ends one call, not the intake
            self._mishaps.met(error, "the intake")

    async def _listen(self, wire: _Wire) -> tuple[Reply, Callable[[], Awaitable[Reply]] | None]:
        """The whole of one request, and what to reply: at once, or once what is awaited was done."""
        try:
            request = await wire.request()
            at_ms = self._clock.now_ms()
            note = await wire.note()
        except h11.RemoteProtocolError as error:
            return Reply(error.error_status_hint, "This cannot be understood"), None
        if note is None:
            return TOO_MUCH, None
        if request.method not in METHODS:
            return NO_SUCH_METHOD, None
        found = PATH.fullmatch(request.target)
        probe = self._heartbeats.whose(found[1].decode()) if found else None
        said = _said(found[2]) if found else None
        if not probe or not said:
            return NOWHERE, None
        if not self._rate.allows(probe):
            return TOO_OFTEN, None
        sign, number = said
        signal = Signal(probe, at_ms, sign, number, note.decode("utf-8", "replace"))
        return HEARD, lambda: self._keep(signal)

    async def _keep(self, signal: Signal) -> Reply:
        try:
            await self._heartbeats.hear(signal)
        except NobodyListensError:
            return NOT_KEPT
        return HEARD


def _said(word: bytes | None) -> tuple[Sign, int | None] | None:
    """What a call with this at the end of its path says; None when that is nothing."""
    if word is None:
        return Sign.SUCCESS, None
    if word == b"start":
        return Sign.START, None
    if word == b"fail":
        return Sign.FAIL, None
    code = int(word)
    if code > 255:
        return None
    return (Sign.FAIL, code) if code else (Sign.SUCCESS, None)


class _Wire:
    """One connection, which brings one request."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=HEAD_BYTES)
        self._method = b""

    async def request(self) -> h11.Request:
        """The head of the request. OSError when nothing came, h11.RemoteProtocolError when it is none."""
        event = await self._next()
        if not isinstance(event, h11.Request):
            raise ConnectionError("no request came")
        self._method = event.method
        return event

    async def note(self) -> bytes | None:
        """The beginning of its body; None when the body is too large."""
        kept, seen = b"", 0
        if self._http.they_are_waiting_for_100_continue:
            await self._send(h11.InformationalResponse(status_code=100, headers=[]))
        while isinstance(event := await self._next(), h11.Data):
            seen += len(event.data)
            kept += bytes(event.data[: NOTE_BYTES - len(kept)])
            if seen > BODY_BYTES:
                return None
        return kept

    async def reply(self, reply: Reply) -> None:
        """Answer, and say that this was all."""
        body = f"{reply.text}\n".encode()
        headers = [
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            ("Connection", "close"),
            *reply.headers,
        ]
        await self._send(h11.Response(status_code=reply.status, headers=headers))
        if self._method != b"HEAD":
            await self._send(h11.Data(data=body))
        await self._send(h11.EndOfMessage())

    async def _next(self) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            self._http.receive_data(await self._reader.read(HEAD_BYTES))
        return event

    async def _send(self, event: h11.Event) -> None:
        data = self._http.send(event)
        if data:
            self._writer.write(data)
            await self._writer.drain()
