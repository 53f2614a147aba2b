"""Many independent targets that fail at once are our own line, when no canary can tell.

Targets are independent when they are other hosts. Only those count that are asked as often as the median of them, or more often;
there must be ``FEWEST`` at least. When more than 60 % of them began to fail within one and a half of the median's intervals, and
no 40 % have answered since, we have been blind since the first of them did. It is over once 40 % of them answer again.

A failure waits to be judged until it is known whether it was alone: until 40 % were asked after it, and answered, or until its time
is up. What has been judged is therefore never found to have been made blind.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median_high

from monitor.timeline.fold import Folding
from monitor.timeline.model import Observation, Outcome, Watch

FEWEST = 5
SHARE = 60  # percent

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Look:
    """What one probe saw last, in milliseconds: when that began, when a run of failures did (None: none), when it passed last."""

    began: int
    failing: int | None = None
    passed: int | None = None


Looks = Mapping[Key, Look]


@dataclass(frozen=True, slots=True)
class Flock:
    """``hosts`` are counted. ``failing`` is when those that fail began to, ``passing`` when others passed last; only of those in
    view. One is for ``reach`` after it was asked; ``latest`` is the newest moment of all. ``could_see`` is the last one since
    which enough hosts have answered, 0 when there is none.
    """

    hosts: int
    latest: int
    reach: int
    failing: tuple[int, ...]
    passing: tuple[int, ...]
    could_see: int

    def correlated(self) -> tuple[int, int] | None:
        """When the first of too many began to fail, and of how many that were well; None when it is not too many."""
        floor = max(self.could_see, self.latest - self.reach)
        news = [failing for failing in self.failing if failing >= floor]
        well = self.hosts - len(self.failing) + len(news)
        return (min(news), well) if well >= FEWEST and len(news) * 100 > well * SHARE else None

    def sees(self, start: int, hosts: int) -> int | None:
        """When it was seen that we are not blind any more, after so many hosts made us so at ``start``; None when we still are."""
        passed = sorted(passed for passed in self.passing if passed >= start)
        return passed[enough(hosts) - 1] if len(passed) >= enough(hosts) else None

    def clears(self, failed: int) -> bool:
        """Whether a failure that was seen then is no doing of our line."""
        return self.could_see >= failed or self.latest > failed + self.reach


def enough(hosts: int) -> int:
    """How many of these hosts must answer to show that we can see."""
    return max(1, -(-hosts * (100 - SHARE) // 100))


def looked(look: Look | None, seen: Observation) -> Look | None:
    """One more observation. What is unknown tells nothing."""
    if seen.outcome is Outcome.UNKNOWN:
        return look
    began = seen.start_ms
    passed, failing = (look.passed, look.failing) if look else (None, None)
    if seen.outcome is Outcome.FAIL:
        return Look(began, began if failing is None else failing, passed)
    return Look(began, None, began)


def recalled(
    recent: Iterable[Observation], watches: Iterable[Watch], foldings: Mapping[Key, Folding]
) -> tuple[dict[Key, Look], tuple[tuple[Observation, Watch], ...]]:
    """What was seen last, and what was not judged yet, from the newest observations of a record, oldest first."""
    terms: dict[Key, list[Watch]] = defaultdict(list)
    for watch in watches:
        terms[watch.probe, watch.location].append(watch)
    looks: dict[Key, Look] = {}
    held: list[tuple[Observation, Watch]] = []
    for seen in recent:
        key = (seen.probe, seen.location)
        look = looked(looks.get(key), seen)
        if look:
            looks[key] = look
        done = foldings[key].slot_ms if key in foldings else None
        inside = [each for each in terms[key] if each.start <= seen.at and (each.end is None or seen.at < each.end)]
        if inside and (done is None or seen.slot_ms > done):
            held.append((seen, inside[-1]))
    return looks, tuple(held)


@dataclass(frozen=True, slots=True)
class Targets:
    """The hosts that count, each with its probes, and how long one is in view, in milliseconds."""

    hosts: tuple[tuple[Key, ...], ...]
    reach: int


def targets(watches: Iterable[Watch]) -> Targets | None:
    """What counts under the watches in force; None when it is too little to tell."""
    hosts: dict[str, list[Watch]] = defaultdict(list)
    for watch in watches:
        if watch.end is None and watch.host:
            hosts[watch.host].append(watch)
    if len(hosts) < FEWEST:
        return None
    paces = {host: min(watch.interval_ms for watch in of) for host, of in hosts.items()}
    pace = median_high(paces.values())
    asked = [of for host, of in hosts.items() if paces[host] <= pace]
    if len(asked) < FEWEST:
        return None
    return Targets(tuple(tuple((each.probe, each.location) for each in of) for of in asked), pace * 3 // 2)


def flock(counted: Targets, looks: Looks) -> Flock:
    """What is in view now."""
    seen = [[look for key in keys if (look := looks.get(key))] for keys in counted.hosts]
    latest = max((look.began for of in seen for look in of), default=0)
    since = latest - counted.reach
    failing, passing, answered = [], [], []
    for of in seen:
        fresh = [look for look in of if look.began >= since]
        last = max([look.passed for look in fresh if look.passed is not None], default=None)
        began = [each for look in fresh if (each := look.failing) is not None and (last is None or each > last)]
        if began:
            failing.append(min(began))
        elif last is not None:
            passing.append(last)
        if last is not None:
            answered.append(last)
    needed = enough(len(seen))
    could_see = sorted(answered)[-needed] if len(answered) >= needed else 0
    return Flock(len(seen), latest, counted.reach, tuple(failing), tuple(passing), could_see)
