"""Many independent targets that fail at once are our own line, when no canary can tell.

Targets are independent when they are other hosts. Only those count that are asked as often as the median of them, or more often;
there must be ``FEWEST`` at least. When more than 60 % of them began to fail within one and a half of the median's intervals, and
none of these has answered since, we have been blind since the first of them did. It is over once 40 % answer again.

A failure waits to be heard until it is known whether it was alone: until so many others were asked after it, and answered, that
the share cannot be reached any more, or until its time is up.
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
    """``hosts`` are counted. Of those in view, when they began to fail, or passed last; ``reach`` is how long one stays in view
    after it was asked, and ``latest`` the newest moment of all, in milliseconds.
    """

    hosts: int
    latest: int
    reach: int
    failing: tuple[int, ...]
    passed: tuple[int, ...]

    def correlated(self) -> int | None:
        """When the first of too many began to fail; None when it is not too many."""
        news = [failing for failing in self.failing if failing >= self.latest - self.reach]
        count = self._well_at(self.latest - self.reach)
        return min(news) if count >= FEWEST and len(news) * 100 > count * SHARE else None

    def sees(self, start: int) -> int | None:
        """When it was seen that we are not blind any more, after we were from ``start`` on; None when we still are."""
        count = self._well_at(start)
        passed = sorted(passed for passed in self.passed if passed >= start)
        enough = max(1, -(-count * (100 - SHARE) // 100))
        return passed[enough - 1] if len(passed) >= enough else None

    def clears(self, failed: Observation, began: int) -> bool:
        """Whether a failure, of a run that began then, is no doing of our line."""
        after = sum(passed >= failed.end_ms for passed in self.passed)
        return self.latest > began + self.reach or (self.hosts - after) * 100 <= self.hosts * SHARE

    def _well_at(self, start: int) -> int:
        """How many were not failing before."""
        return self.hosts - sum(failing < start for failing in self.failing)


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


def flock(watches: Iterable[Watch], looks: Looks) -> Flock | None:
    """What is in view under the watches in force; None when it is too little to tell."""
    hosts: dict[str, list[tuple[int, Look | None]]] = defaultdict(list)
    for watch in watches:
        if watch.end is None and watch.host:
            hosts[watch.host].append((watch.interval_ms, looks.get((watch.probe, watch.location))))
    if len(hosts) < FEWEST:
        return None
    pace = median_high(min(interval for interval, _ in of) for of in hosts.values())
    asked = [[look for _, look in of if look] for of in hosts.values() if min(interval for interval, _ in of) <= pace]
    reach = pace * 3 // 2
    latest = max((look.began for of in asked for look in of), default=0)
    if len(asked) < FEWEST:
        return None
    failing, passed = [], []
    for of in asked:
        fresh = [look for look in of if look.began >= latest - reach]
        began = min((look.failing for look in fresh if look.failing is not None), default=None)
        last = max((look.passed for look in fresh if look.passed is not None), default=None)
        if began is not None and (last is None or last < began):
            failing.append(began)
        elif last is not None:
            passed.append(last)
    return Flock(len(asked), latest, reach, tuple(failing), tuple(passed))
