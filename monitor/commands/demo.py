"""``meetlat demo``: a year that is simulated, to look at."""

from __future__ import annotations

import sys
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
from monitor.store import open_record
from monitor.timeline.outage import outages
from monitor.timeline.record import Batch
from monitor.timeline.span import Span

DAY = 86_400


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

    Everything in it is labelled as simulated; a real record is never touched. A folder that was filled before is served as it is.
    """
    record = folder / "record.db"
    if not record.exists():
        if folder.exists() and any(folder.iterdir()):
            raise click.UsageError(f"{folder} is not empty and holds no demonstration")
        (folder / "agreements").mkdir(parents=True)
        (folder / "meetlat.toml").write_text(demo.configuration(port, str(record.resolve())), "utf-8")
        (folder / "agreements/demo.toml").write_text(demo.AGREEMENT, "utf-8")
        _fill(configured(folder), months, seed)
    if not no_serve:
        serve.main([str(folder), "--port", str(port)], standalone_mode=False)


def _fill(config: Config, months: int, seed: int) -> None:
    clock = Clock()
    now = clock.now()
    start = now - months * 30 * DAY
    record = open_record(config.storage.url.reveal(), clock)
    try:
        record.watch(demo.watches(start), start)
        terms = {watch.probe: watch for watch in record.watches()}
        seen = [each for part in demo.PARTS for each in demo.observed(part, start, now, seed)]
        seen.sort(key=lambda each: each.slot_ms)
        standing = rewatch(record.standing(start), record.watches(), start).standing
        turns = list(demo.turns(seen))
        with click.progressbar(turns, label="drawing a simulated past", file=sys.stderr) as bar:
            for batch in bar:
                turn = judge(standing, [(each, terms[each.probe]) for each in batch], batch[-1].at)
                record.append(Batch(batch[-1].at, tuple(batch), turn.redraws, turn.foldings, turn.notices))
                standing = turn.standing
        whole = record.reader.timelines(Span(start, now), ["api"])["api"]
        longest = max(outages("api", whole), key=lambda each: each.down_seconds, default=None)
        if longest:
            record.tell(demo.told(longest, now))
        for versions in config.agreements:
            for rule, period in closing(versions, start, now):
                made = Settlement(versions, record.reader, now).made(period, rule)
                record.seal(versions.newest.id, period.label, document(made))
    finally:
        record.close()
