"""Our line breaks, and what we probe breaks with it: a worker that is blind tells of nothing, and finds what stays broken."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from running import free_port
from serving import answer, says, serving, silent

from monitor.clock import Clock
from monitor.config import load
from monitor.probes import open_tools
from monitor.store import Reader, open_reader, open_record
from monitor.timeline.model import State
from monitor.timeline.span import Span
from monitor.worker import Worker

PAGE = """
[page]
name = "Acme"
url = "https://status.acme.example"

[defaults]
interval = "1s"
timeout = "900ms"
confirm = 2
"""


def configuration(canaries: int, targets: list[int]) -> str:
    """Canaries over HTTP at one port, and a component for each of the others."""
    http = [f'[[canary]]\nid = "c{i}"\nkind = "http"\nurl = "http://127.0.0.1:{canaries}/{i}"\n' for i in range(3)]
    parts = [PAGE, *http]
    for i, port in enumerate(targets):
        probe = f'[[component.probe]]\nid = "p{i}"\nkind = "tcp"\nhost = "127.0.0.1"\nport = {port}\n'
        parts.append(f'[[component]]\nid = "t{i}"\nname = "T{i}"\n{probe}')
    return "\n".join(parts)


@contextlib.asynccontextmanager
async def working(folder: Path, text: str) -> AsyncIterator[Reader]:
    """A worker at work, and its record."""
    (folder / "meetlat.toml").write_text(text)
    config = load(folder, {"MEETLAT_STATE": str(folder / "state")})
    url = config.storage.url.reveal()
    stop = asyncio.Event()
    async with open_tools(Clock()) as tools:
        worker = Worker(config, Clock(), tools, lambda: open_record(url, Clock()))
        running = asyncio.create_task(worker.run(stop))
        await until(lambda: (folder / "state/meetlat.db").exists() and worker.standing.watches)
        reader = open_reader(url)
        try:
            yield reader
        finally:
            reader.close()
            stop.set()
            await running


async def until(holds: Callable[[], object]) -> None:
    """Wait until it does, half a minute at most."""
    async with asyncio.timeout(30):
        while not holds():  # noqa: ASYNC110 -- nobody tells when a record changes
            await asyncio.sleep(0.05)


def states(reader: Reader, component: str) -> list[tuple[State, str | None]]:
    """What a component went through in the last minutes, as far as it is known."""
    now = Clock().now()
    line = reader.timelines(Span(now - 300, now + 1))[component]
    return [(each.state, each.reason.word if each.reason else None) for each in line]


def test_a_broken_line_is_no_outage_and_hides_none_that_lasts(tmp_path: Path) -> None:
    """Both targets and all canaries are gone at once: unknown. The canaries and one target come back: the other is down."""

    async def run() -> None:
        ports = [free_port() for _ in range(3)]
        async with contextlib.AsyncExitStack() as whole:
            line = await whole.enter_async_context(contextlib.AsyncExitStack())
            await line.enter_async_context(serving(says(answer("200 OK")), port=ports[0]))
            for port in ports[1:]:
                await line.enter_async_context(serving(silent, port=port))
            reader = await whole.enter_async_context(working(tmp_path, configuration(ports[0], ports[1:])))
            await until(lambda: all((State.OPERATIONAL, None) in states(reader, name) for name in ("t0", "t1")))
            await line.aclose()
            await until(lambda: all((State.UNKNOWN, "blind") in states(reader, name) for name in ("t0", "t1")))
            await asyncio.sleep(3)  # long enough to confirm an outage, if these were failures
            assert reader.notices() == ()
            await whole.enter_async_context(serving(says(answer("200 OK")), port=ports[0]))
            await whole.enter_async_context(serving(silent, port=ports[1]))
            await until(reader.notices)
            await until(lambda: states(reader, "t0")[-1] == (State.OPERATIONAL, None))
            (notice,), (blind,) = reader.notices(), reader.blinds()
            assert notice.component == "t1"
            assert blind.end is not None
            assert notice.start >= blind.end
            assert [state for state, _ in states(reader, "t1")][-2:] == [State.UNKNOWN, State.DOWN]
            assert State.DOWN not in [state for state, _ in states(reader, "t0")]

    asyncio.run(run())


def test_a_worker_that_is_stopped_while_blind_is_blind_when_it_starts(tmp_path: Path) -> None:
    """And sees again when the canaries answer, with the beginning that was written down before."""

    async def run() -> None:
        ports = [free_port() for _ in range(2)]
        text = configuration(ports[0], ports[1:])
        async with working(tmp_path, text) as reader:
            await until(reader.blinds)
            (begun,) = reader.blinds()
        async with serving(says(answer("200 OK")), port=ports[0]), working(tmp_path, text) as reader:
            await until(lambda: reader.blinds()[0].end)
            (over,) = reader.blinds()
            assert begun.end is None
            assert over.start == begun.start
            await until(reader.notices)  # the target is down indeed
            assert reader.notices()[0].start >= (over.end or 0)

    asyncio.run(run())
