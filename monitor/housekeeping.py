"""What a running monitor does beside probing: telling the record what is planned, sealing the periods that have closed."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.config import Config
from monitor.incidents import planned
from monitor.incidents.book import book
from monitor.settlement import Settlement, closing
from monitor.sla.document import document
from monitor.sla.periods import instant
from monitor.store import Record
from monitor.timeline.record import Batch, JournalEntry, Notice

SEAL_AFTER = 600


def announced(record: Record, config: Config, now: int) -> list[str]:
    """Tell the record of planned maintenance that it does not know yet, and of which components are private; what it was told of.

    StoreError when it cannot be written, ValueError when what it holds cannot be followed.
    """
    entries = tuple(_privacy(record, config, now))
    if entries:
        record.append(Batch(now, journal=entries))
    told, zone = book(record.reader.events()), config.page.timezone
    components = {each.id for each in config.components}
    events = (*planned.due(config.maintenance, zone, told, now), *planned.recurring(told, components, zone, now))
    if events:
        record.tell(events)
    return [event.subject for event in events]


def _privacy(record: Record, config: Config, now: int) -> Iterator[JournalEntry]:
    """What is to be kept of components that became private or public: what was told of them stays so when they are taken out."""
    before = record.reader.veiled()
    unseen = {each.id for each in config.components if each.private}
    shown = {each.id for each in config.components} - unseen
    for kind, names in (("private", unseen - before), ("public", before & shown)):
        if names:
            yield JournalEntry(now, kind, " ".join(sorted(names)))


def sealed(record: Record, config: Config, now: int) -> list[str]:
    """Seal each period that closed at least a while ago and has no statement yet; which these were. StoreError when it cannot."""
    until, reader = now - SEAL_AFTER, record.reader
    since = reader.since() or until
    found: list[str] = []
    for versions in config.agreements:
        name = versions.newest.id
        kept = {label for label, _ in reader.sealed(name)}
        for rule, period in closing(versions, since, until):
            if period.label not in kept:
                made = Settlement(versions, reader, until).made(period, rule)
                if made.assessments and record.seal(name, period.label, document(made)):
                    found.append(f"{name} {period.label}")
    return found


def in_words(notice: Notice) -> str:
    """A notice as a line of log."""
    if notice.kind == "opened":
        return f"{notice.component} is down since {instant(notice.start)} ({notice.reason.word})"
    return f"{notice.component} is up again after {notice.down_seconds} s down"
