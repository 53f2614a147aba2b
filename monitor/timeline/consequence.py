"""An outage of one component that another one explains, because the first is built on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from monitor.timeline.model import Outage, Watch

Needs = Mapping[str, tuple[str, ...]]


def slack_of(watches: Iterable[Watch]) -> int:
    """How far apart, in seconds, two probes may notice the same thing."""
    return max((watch.interval_ms for watch in watches), default=0) * 3 // 2000


def needed(component: str, needs: Needs) -> set[str]:
    """Everything that a component is built on, however deep."""
    found: set[str] = set()
    ahead = [component]
    while ahead:
        fresh = set(needs.get(ahead.pop(), ())) - found
        found |= fresh
        ahead += fresh
    return found


def because(
    outage: Outage, needs: Needs, outages: Callable[[str], Sequence[Outage]], slack: int
) -> tuple[str, Outage] | None:
    """The needed component that explains the outage, the deepest of a chain, with its own outage; None when there is none.

    It must have been down when the outage began, give or take ``slack`` seconds: neither is asked all the time.
    """
    return _because(outage, needs, outages, slack, {outage.component})


def _because(
    outage: Outage, needs: Needs, outages: Callable[[str], Sequence[Outage]], slack: int, seen: set[str]
) -> tuple[str, Outage] | None:
    for name in needs.get(outage.component, ()):
        if name in seen:
            continue
        seen.add(name)
        for cause in outages(name):
            if cause.start <= outage.start + slack and (cause.end is None or cause.end > outage.start - slack):
                return _because(cause, needs, outages, slack, seen) or (name, cause)
    return None
