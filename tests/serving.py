"""Targets on loopback that behave as a test wants, and probes that ask them."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import ssl
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from running import free_port

from monitor.clock import Clock
from monitor.probes import Probe, http, observe, open_tools, tcp
from monitor.table import Faults, bind
from monitor.timeline.model import Observation

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
COMMON: dict[str, Any] = {"id": "p", "interval": 10_000, "timeout": 5000, "confirm": 2, "recover": 2}


@contextlib.asynccontextmanager
async def serving(serve: Serve, tls: ssl.SSLContext | None = None, port: int = 0) -> AsyncIterator[int]:
    """A server, whose conversations all end with it; its port."""
    talking: set[asyncio.Task[Any]] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        talking.add(task)
        try:
            with contextlib.suppress(OSError, EOFError, asyncio.CancelledError):
                await serve(reader, writer)
        finally:
            writer.close()
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await writer.wait_closed()

    server = await asyncio.start_server(talk, "127.0.0.1", port, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in talking:
            task.cancel()
        await asyncio.gather(*talking, return_exceptions=True)


@contextlib.contextmanager
def serving_aside(serve: Serve) -> Iterator[int]:
    """A server in a thread of its own, so that its work is not that of the probes; its port."""
    found: queue.Queue[tuple[int, asyncio.AbstractEventLoop, asyncio.Event]] = queue.Queue()

    async def run() -> None:
        stop = asyncio.Event()
        async with serving(serve) as port:
            found.put((port, asyncio.get_running_loop(), stop))
            await stop.wait()

    thread = threading.Thread(target=asyncio.run, args=(run(),))
    thread.start()
    port, loop, stop = found.get(timeout=30)
    try:
        yield port
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()


def answer(status: str, body: str = "", *headers: str) -> bytes:
    """An HTTP answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", body]
    return "\r\n".join(lines).encode()


def says(words: bytes) -> Serve:
    """A server that says this and closes."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1000)
        writer.write(words)
        await writer.drain()

    return serve


@contextlib.asynccontextmanager
async def serving_packets(reply: Callable[[bytes], Iterable[bytes]]) -> AsyncIterator[int]:
    """A server of single packets, which says these of each it hears; its port."""

    class Server(asyncio.DatagramProtocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.transport: Any = transport

        def datagram_received(self, data: bytes, addr: Any) -> None:
            for each in reply(data):
                self.transport.sendto(each, addr)

    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(Server, local_addr=("127.0.0.1", 0))
    try:
        yield transport.get_extra_info("sockname")[1]
    finally:
        transport.abort()
        await asyncio.sleep(0)


async def met_packets(kind: Any, reply: Callable[[bytes], Iterable[bytes]] | None, /, **rest: Any) -> Observation:
    """One observation by a probe of this kind of such a server at ``port``, or of nobody."""
    async with contextlib.AsyncExitStack() as stack:
        port = await stack.enter_async_context(serving_packets(reply)) if reply else free_port()
        return await observed(kind(**(COMMON | {"port": port} | rest)))


def talks(*turns: tuple[bytes, bytes], tls: ssl.SSLContext | None = None, greeting: bytes = b"") -> Serve:
    """A server that greets, and then each time waits to hear one thing and says another.

    It goes on in TLS before what it would say for the words b"TLS". What it hears else makes it hang up.
    """

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        for wanted, words in turns:
            if wanted == b"TLS":
                assert tls
                await writer.start_tls(tls)
            elif wanted and await reader.readexactly(len(wanted)) != wanted:
                return
            writer.write(words)
            await writer.drain()
        await reader.read(1000)

    return serve


def moved(location: str) -> Serve:
    """A server that redirects; ``{port}`` in the location is its own port."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1000)
        port = str(writer.get_extra_info("sockname")[1])
        writer.write(answer("302 Found", "", f"Location: {location.replace('{port}', port)}"))
        await writer.drain()

    return serve


def then(first: bytes, again: bytes, pause: float = 0) -> Serve:
    """A server that says one thing and then another for ever, with pauses between."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1000)
        writer.write(first)
        while again:
            writer.write(again)
            await writer.drain()
            await asyncio.sleep(pause)
        await asyncio.sleep(60)

    return serve


async def silent(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    """A server that never answers."""
    while await reader.read(1000):
        pass


def http_probe(port: int, **settings: Any) -> http.Settings:
    """A probe of that port; ``{port}`` in a ``url`` stands for it."""
    url = str(settings.pop("url", "http://127.0.0.1:{port}/health")).replace("{port}", str(port))
    return http.Settings(**(COMMON | {"url": url} | settings))


def tcp_probe(port: int, **settings: Any) -> tcp.Settings:
    """A probe of that port."""
    return tcp.Settings(**(COMMON | {"host": "127.0.0.1", "port": port} | settings))


async def asked(serve: Serve | None, tls: ssl.SSLContext | None = None, **settings: Any) -> Observation:
    """One observation of a server that behaves like this; of a port where nobody listens for None."""
    async with contextlib.AsyncExitStack() as stack:
        port = await stack.enter_async_context(serving(serve, tls)) if serve else free_port()
        return await observed(http_probe(port, **settings))


async def observed(probe: Probe) -> Observation:
    """One observation by this probe."""
    async with open_tools(Clock()) as tools:
        return await observe(probe, "local", 1000, tools)


async def met(kind: Any, serve: Serve | None, context: ssl.SSLContext | None = None, /, **rest: Any) -> Observation:
    """One observation by a probe of this kind, of a server of host and port that behaves like this, or of nobody."""
    async with contextlib.AsyncExitStack() as stack:
        port = await stack.enter_async_context(serving(serve, context)) if serve else free_port()
        return await observed(kind(**(COMMON | {"host": "127.0.0.1", "port": port} | rest)))


def bound(kind: Any, **table: Any) -> list[str]:
    """The faults of a probe's table, as an operator would read them."""
    faults = Faults("meetlat.toml")
    common = {"id": "p", "interval": "10s", "timeout": "5s", "confirm": 2, "recover": 2}
    bind(common | table, kind, "probe", faults, {}, Path())
    return [str(fault) for fault in faults.found]
