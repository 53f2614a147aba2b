"""Labels: what people say of an outage, or of a span of time, for agreements to weigh. A label changes no observation.

One that is said later of the same takes the place of the one before; of the kind ``none`` it only takes that back. Both stay.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monitor.timeline.model import Outage
from monitor.timeline.record import Label
from monitor.timeline.span import Span

NONE = "none"


@dataclass(frozen=True)
class Labelled:
    """A label and the time that it is about: as long as its outage, as far as is known. ``after`` ended it, unless it holds."""

    label: Label
    span: Span
    after: Label | None = None

    def touches(self, outage: Outage) -> bool:
        """Whether it is about the component at a second of the outage."""
        is_there = outage.start < self.span.end and (outage.end is None or self.span.start < outage.end)
        return self.label.component == outage.component and is_there


def labelled(labels: Sequence[Label], outages: Mapping[str, Span]) -> tuple[Labelled, ...]:
    """Each label that is not just one taken back, in their order. ``outages`` are the spans of those that were labelled by name."""
    holding: dict[tuple[str, ...], int] = {}
    found: list[Labelled] = []
    for label in labels:
        key = ("outage", label.outage) if label.outage else (label.component, str(label.start), str(label.end))
        before = holding.pop(key, None)
        if before is not None:
            found[before] = Labelled(found[before].label, found[before].span, label)
        if label.kind != NONE:
            holding[key] = len(found)
            found.append(Labelled(label, outages.get(label.outage, Span(label.start, label.end))))
    return tuple(found)


def touching(found: Sequence[Labelled], outage: Outage) -> tuple[Labelled, ...]:
    """Those that are about an outage, what was taken back included."""
    return tuple(each for each in found if each.touches(outage))
