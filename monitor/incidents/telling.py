"""Which notices a component's outages call for. A notice is published once, in a second of its own, and never changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from monitor.timeline.model import Outage
from monitor.timeline.record import Notice

MOMENT = "%Y%m%d%H%M%S"  # of the first notice, with which the name of an outage ends


def tell(component: str, outages: Sequence[Outage], told: Notice | None, now: int) -> tuple[Notice, ...]:
    """What is still to be told of these outages, oldest first, after the newest notice ``told`` about the component.

    ``now`` is the first second that may be used; each notice takes one. An outage that changed its beginning while it was open
    keeps its name: the notice that closes it carries the final times. So does one that turns out to go on after it was told to
    have ended, because another probe saw it too.
    """
    notices: list[Notice] = []
    for outage in outages:
        last = notices[-1] if notices else told
        if last and outage.end is not None and outage.end <= (last.end if last.end is not None else last.start):
            continue  # told, or over before the one that is open began
        if last is None or last.kind == "closed":
            at = now + len(notices)
            goes_on = last is not None and outage.start < (last.end or 0)
            name = last.outage if last and goes_on else f"{component}-{datetime.fromtimestamp(at, UTC):{MOMENT}}"
            last = Notice(at, name, component, "opened", outage.start, None, outage.reason, outage.down_seconds)
            notices.append(last)
        if outage.end is not None:
            at = now + len(notices)
            final = (outage.start, outage.end, outage.reason, outage.down_seconds)
            notices.append(Notice(at, last.outage, component, "closed", *final))
    return tuple(notices)


def opening(outage: str) -> tuple[str, int] | None:
    """The component that an outage of this name is of, and the second in which it was first told of; None for no such name."""
    component, _, moment = outage.rpartition("-")
    if not component or not re.fullmatch("[0-9]{14}", moment, re.ASCII):
        return None
    try:
        return component, int(datetime.strptime(moment, MOMENT).replace(tzinfo=UTC).timestamp())
    except ValueError:
        return None


def calm(outages: Sequence[Outage], unstable: Iterable[tuple[int, int | None]]) -> list[Outage]:
    """The same outages, but one of those in each of the spans in which the component was unstable; open while it is so still."""
    found = list(outages)
    for start, end in unstable:
        inside = [
            each for each in found if (each.end is None or each.end > start) and (end is None or each.start < end)
        ]
        if not inside:
            continue
        last = None if end is None else inside[-1].end
        whole = replace(inside[0], end=last, down_seconds=sum(each.down_seconds for each in inside))
        place = found.index(inside[0])
        found[place : place + len(inside)] = [whole]
    return found
