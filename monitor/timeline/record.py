"""Values that only a record holds: what was told, what happened to the monitor itself, and one batch of both with its facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from monitor.timeline.blind import Blind
from monitor.timeline.fold import Folding, Mark, Redraw
from monitor.timeline.model import Observation, Outcome, Reason, Watch
from monitor.timeline.sight import Look, Targets

Key = tuple[str, str]  # a probe and the location it is made from
KEPT_MARKS = 200


@dataclass(frozen=True, slots=True)
class Notice:
    """What was told about an outage, in a second (``at``) of its own. ``kind`` is ``opened`` or ``closed``; never changed.

    ``outage`` names the outage, ``start`` and ``end`` are what was measured by then, in seconds since the epoch.
    """

    at: int
    outage: str
    component: str
    kind: str
    start: int
    end: int | None
    reason: Reason
    down_seconds: int


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """Something that happened to the monitor: started, stopped, clock-step, damaged, blind, sighted.

    And what it learned of components: that they are private from then on, or public.
    """

    at: int
    kind: str
    detail: str


@dataclass(frozen=True)
class Edition:
    """A sealed statement: the document of a closed period, when it was sealed, and (from the second on) why once more."""

    period: str
    number: int
    sealed_at: int
    reason: str
    document: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Label:
    """What a person says of a span of time: its kind, who said so, why and when. Never changed; ``none`` takes one back.

    With an ``outage`` it is about the outage of that name, for as long as that turns out to be; the span is what was known of it.
    """

    at: int
    component: str
    start: int
    end: int
    kind: str
    by: str
    why: str
    outage: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """How often one probe said what in a span of time, and how long its newest observation there took, in microseconds."""

    probe: str
    location: str
    counts: Mapping[Outcome, int]
    last_us: int


@dataclass(frozen=True)
class Batch:
    """What one turn commits, all of it or nothing."""

    at: int
    observations: tuple[Observation, ...] = ()
    redraws: tuple[tuple[Key, Redraw], ...] = ()
    foldings: Mapping[Key, Folding] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()
    journal: tuple[JournalEntry, ...] = ()


@dataclass(frozen=True)
class Standing:
    """What a monitor remembers from turn to turn; all of it can be read back from the record.

    ``watches`` are those of the last weeks, ended ones included. ``marks`` are the newest of each probe, enough to see where an
    outage that is open or just ended began. ``told`` is the newest notice of each component, ``told_at`` the newest of all.

    ``blinds`` are the newest spans in which it could not see, ``looks`` what it would see now. ``held`` are observations that are
    kept but not judged yet: they may have been made blind. ``waiting`` are components of which something may have to be told
    later. With ``is_guarded`` there are canaries, which tell of blindness; without, ``targets`` are what tells of it.
    """

    watches: tuple[Watch, ...] = ()
    foldings: Mapping[Key, Folding] = field(default_factory=dict)
    marks: Mapping[Key, tuple[Mark, ...]] = field(default_factory=dict)
    told: Mapping[str, Notice] = field(default_factory=dict)
    told_at: int = 0
    blinds: tuple[Blind, ...] = ()
    looks: Mapping[Key, Look] = field(default_factory=dict)
    held: tuple[tuple[Observation, Watch], ...] = ()
    waiting: frozenset[str] = frozenset()
    is_guarded: bool = False
    targets: Targets | None = None
