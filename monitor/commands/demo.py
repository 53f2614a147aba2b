"""``meetlat demo``: a year that is simulated, to look at."""

from __future__ import annotations

import logging
import sys
import threading
from pathlib import Path

import click

from monitor import demo
from monitor.clock import Clock
from monitor.commands._folder import configured
from monitor.commands.site import command as serve
from monitor.config import Config
from monitor.judge import judge, rewatch
from monitor.settlement import Settlement, closing
from monitor.sla.document import document
from monitor.store import Record, StoreError, open_desk, open_record
from monitor.timeline.outage import outages
from monitor.timeline.record import Batch
from monitor.timeline.span import Span

DAY = 86_400
EACH = 30.0  # seconds between two looks at whether something more was to be seen
log = logging.getLogger(__name__)


@click.command
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path("demo"))
@click.option(
    "--months", type=click.IntRange(1, 60), default=13, show_default=True, help="How long the simulated past is."
)
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed draws another year.")
@click.option("--port", type=click.IntRange(1, 65_535), default=8090, show_default=True, help="Port of the page.")
@click.option("--no-serve", is_flag=True, help="Fill the folder and stop.")
def command(folder: Path, months: int, seed: int, port: int, no_serve: bool) -> None:
    """Fill FOLDER (default: demo) with a simulated past and serve it, so that the pages can be seen at once.

    Everything in it is labelled as simulated; a real record is never touched. A folder that was filled before goes on from where
    it was, and so does the simulation while it is served.
    """
    record = folder / "record.db"
    if not record.exists():
        if folder.exists() and any(folder.iterdir()):
            raise click.UsageError(f"{folder} is not empty and holds no demonstration")
        (folder / "agreements").mkdir(parents=True)
        (folder / "meetlat.toml").write_text(demo.configuration(port, str(record.resolve())), "utf-8")
        (folder / "agreements/demo.toml").write_text(demo.AGREEMENT, "utf-8")
        _fill(configured(folder), months, seed)
    else:
        _go_on(configured(folder), seed)
    if not no_serve:
        over = threading.Event()
        drawing = threading.Thread(target=_keep_on, args=(configured(folder), seed, over), daemon=True)
        drawing.start()
        try:
            serve.main([str(folder), "--port", str(port)], standalone_mode=False)
        finally:
            over.set()
            drawing.join(EACH)


def _fill(config: Config, months: int, seed: int) -> None:
    clock = Clock()
    now = clock.now()
    start = now - months * 30 * DAY
    record = open_record(config.storage.url.reveal(), clock)
    try:
        record.watch(demo.watches(start), start)
        _draw(record, start, now, seed)
        whole = record.reader.timelines(Span(start, now), ["api"])["api"]
        longest = max(outages("api", whole), key=lambda each: each.down_seconds, default=None)
        if longest:
            record.tell(demo.told(longest, now))
        _label(record, config, clock)
        _seal(record, config, start, now)
    finally:
        record.close()


def _go_on(config: Config, seed: int) -> None:
    """Draw what was seen since the newest observation."""
    clock = Clock()
    now = clock.now()
    record = open_record(config.storage.url.reveal(), clock)
    try:
        start = record.reader.since() or now
        if now - (record.reader.newest() or start) >= demo.STEP:
            _draw(record, start, now, seed)
            _seal(record, config, start, now)
    finally:
        record.close()


def _keep_on(config: Config, seed: int, over: threading.Event) -> None:
    while not over.wait(EACH):
        try:
            _go_on(config, seed)
        except StoreError as error:
            log.warning("the simulation stands still: %s", error)


def _draw(record: Record, start: int, now: int, seed: int) -> None:
    """Judge and keep what the probes would have seen after the newest observation there is."""
    newest = record.reader.newest()
    terms = {watch.probe: watch for watch in record.watches()}
    drawn = (each for part in demo.PARTS for each in demo.observed(part, start, now, seed))
    seen = [each for each in drawn if newest is None or each.at > newest]
    seen.sort(key=lambda each: each.slot_ms)
    begin = start if newest is None else newest
    standing = rewatch(record.standing(begin), record.watches(), begin).standing
    with click.progressbar(list(demo.turns(seen)), label="drawing a simulated past", file=sys.stderr) as bar:
        for batch in bar:
            turn = judge(standing, [(each, terms[each.probe]) for each in batch], batch[-1].at)
            record.append(Batch(batch[-1].at, tuple(batch), turn.redraws, turn.foldings, turn.notices))
            standing = turn.standing


def _seal(record: Record, config: Config, start: int, now: int) -> None:
    """Seal what is closed and was not sealed yet."""
    for versions in config.agreements:
        sealed = {label for label, _ in record.reader.sealed(versions.newest.id)}
        for rule, period in closing(versions, start, now):
            if period.label not in sealed:
                made = Settlement(versions, record.reader, now).made(period, rule)
                record.seal(versions.newest.id, period.label, document(made))


def _label(record: Record, config: Config, clock: Clock) -> None:
    """The newest outage of the mail that is over is said to be another's doing."""
    found = next((each for each in record.reader.notices(50, ("mail",)) if each.kind == "closed"), None)
    if found:
        desk = open_desk(config.storage.url.reveal(), clock)
        try:
            desk.label(demo.label(found))
        finally:
            desk.close()
