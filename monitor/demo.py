"""A simulated year: outages, slowness and silence drawn from a seed, as the observations that probes would have made of them.

What is drawn goes through the same judging, record and statements as what is measured; only the observations are made up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from random import Random

from monitor.incidents.event import INCIDENT, MAINTENANCE, Event, Said
from monitor.timeline.model import Observation, Outage, Phases, Reason, Verdict, Watch
from monitor.timeline.record import Label, Notice

BY = "Demo (simulated)"
STEP = 600  # seconds between two observations of a probe
MOST = 2_000  # observations that are judged in one turn
MAIN = """# Written by `meetlat demo`: everything here is simulated.
[page]
name = "Demo (simulated)"
url = "http://127.0.0.1:{port}"
timezone = "Europe/Amsterdam"

[site]
port = {port}
embed = ["http://localhost:3000"]

[storage]
url = "sqlite:///{record}"

[defaults]
interval = "{step}s"
confirm = 1
recover = 1
"""
COMPONENT = """
[[component]]
id = "{id}"
name = "{name}"
group = "{group}"

  [[component.probe]]
  id = "{id}-check"
  kind = "tcp"
  host = "127.0.0.1"
  port = 9
"""
AGREEMENT = """# Written by `meetlat demo`: a made-up agreement on simulated components.
schema = 1

[agreement]
id = "demo"
title = "Demo agreement (simulated)"
provider = "Demo B.V."
summary = "Website, API and mail"
timezone = "Europe/Amsterdam"
currency = "EUR"

[version]
effective_from = 2020-01-01

[[objective]]
id = "uptime"
title = "Website and API"
of = { all = ["website", "api"] }
target = "99.9"

  [[objective.exclude]]
  kind = "maintenance"
  treat = "forgive"
  notice = "48h"

  [[objective.remedy]]
  id = "credit"
  tiers = [{ below = "99.9", give = "10" }, { below = "99.0", give = "25" }, { below = "95.0", give = "50" }]

[[objective]]
id = "mail"
title = "Mail, by quarter"
of = "mail"
period = "calendar-quarter"
target = "99.5"

  [[objective.exclude]]
  kind = "third-party"
  treat = "forgive"

  [[objective.remedy]]
  id = "extension"
  kind = "extension"
  unit = "days"
  tiers = [{ below = "99.5", give = "3" }, { below = "99.0", give = "7" }]

[claim]
submit = { within = 30, unit = "days", from = "period-end" }
"""


@dataclass(frozen=True)
class Part:
    """A simulated component: how often a trouble begins in a thousand slots, how slow it usually is, in microseconds."""

    id: str
    name: str
    group: str
    trouble: float
    usual_us: int


PARTS = (
    Part("website", "Website", "Public", 0.35, 180_000),
    Part("api", "API", "Public", 0.5, 90_000),
    Part("mail", "Mail", "Office", 0.8, 240_000),
    Part("files", "Files", "Office", 0.25, 130_000),
    Part("dns", "DNS", "Network", 0.05, 12_000),
    Part("vpn", "VPN", "Network", 1.2, 45_000),
)
TROUBLES = (
    (Verdict.failed(Reason.TIMEOUT, "simulated: no answer"), 1, 6),
    (Verdict.failed(Reason.CONNECT, "simulated: refused"), 1, 4),
    (Verdict.degraded(Reason.SLOW, "simulated: slow"), 2, 20),
    (Verdict.unknown(Reason.NETWORK, "simulated: the monitor was cut off"), 1, 8),
)


def configuration(port: int, record: str) -> str:
    """``meetlat.toml`` of the demonstration."""
    parts = (COMPONENT.format(id=part.id, name=part.name, group=part.group) for part in PARTS)
    return MAIN.format(port=port, record=record, step=STEP) + "".join(parts)


def watches(start: int) -> list[Watch]:
    """The terms of the simulated probes."""
    return [Watch(f"{part.id}-check", part.id, "local", start, None, STEP * 1000, 1, 1) for part in PARTS]


def observed(part: Part, start: int, end: int, seed: int) -> Iterator[Observation]:
    """What the probe of a component would have seen between two instants. The same seed draws the same year."""
    random = Random(f"{seed}/{part.id}")  # noqa: S311 -- a drawing, not a secret
    left, verdict = 0, Verdict.passed()
    for slot in range(start - start % STEP, end, STEP):
        if left:
            left -= 1
        elif random.random() * 1000 < part.trouble:
            verdict, low, high = random.choice(TROUBLES)
            left = random.randint(low, high) - 1
        else:
            verdict = Verdict.passed()
        slow = 8 if verdict.reason is Reason.SLOW else 1
        total = int(part.usual_us * slow * random.uniform(0.7, 1.6))
        yield Observation(f"{part.id}-check", "local", slot * 1000, slot * 1000, Phases(total), verdict)


def turns(seen: Sequence[Observation]) -> Iterator[list[Observation]]:
    """Observations, in the order of their slots, as the monitor would have judged them wherever anything changed: slot by slot.

    Slots in which all is as it was a slot before are judged with the next that differ, ``MOST`` observations at a time.
    """
    before: dict[str, Verdict] = {}
    waiting: list[Observation] = []
    was_change = False
    for _, slot in groupby(seen, lambda each: each.slot_ms):
        made = list(slot)
        is_change = any(before.get(each.probe) != each.verdict for each in made)
        before |= {each.probe: each.verdict for each in made}
        if waiting and (was_change or len(waiting) >= MOST):
            yield waiting
            waiting = []
        waiting += made
        was_change = is_change
    if waiting:
        yield waiting


def label(outage: Notice) -> Label:
    """What a person would have said of an outage of the mail."""
    end, why = outage.end or outage.at, "Simulated: the line of a carrier was cut"
    return Label(outage.at + 600, outage.component, outage.start, end, "third-party", BY, why, outage.outage)


def told(outage: Outage, now: int) -> list[Event]:
    """What people would have said of an outage, and of work that is to come."""
    end = outage.end or now
    begun = Said(
        {"en": "Simulated: trouble reported", "nl": "Gesimuleerd: storing gemeld"},
        "major",
        components={outage.component: "down"},
        start=outage.start,
    )
    work = Said(
        {"en": "Simulated: new disks", "nl": "Gesimuleerd: nieuwe schijven"},
        components={"files": "maintenance"},
        start=now + 3 * 86_400,
        end=now + 3 * 86_400 + 7200,
    )
    texts = (
        ("investigating", outage.start + 240, "We are looking into it.", "Wij onderzoeken het."),
        (
            "identified",
            outage.start + 900,
            "A *simulated* cause was found.",
            "Er is een *gesimuleerde* oorzaak gevonden.",
        ),
        ("resolved", end + 300, "It works again.", "Het werkt weer."),
    )
    steps = [
        Event(
            INCIDENT,
            "demo-trouble",
            n,
            at,
            BY,
            step,
            {"en": english, "nl": dutch},
            begun if n == 1 else Said(),
        )
        for n, (step, at, english, dutch) in enumerate(texts, 1)
    ]
    spoken = {"en": "Files may be slow.", "nl": "Bestanden kunnen traag zijn."}
    return [*steps, Event(MAINTENANCE, "demo-disks", 1, now, BY, "scheduled", spoken, work)]
