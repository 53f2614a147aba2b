"""Tiers as bands: they must tile what lies under the target, without hole or overlap, and agree with the target's comparator."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from monitor.sla.agreement import Objective
from monitor.sla.quantity import plain
from monitor.sla.remedies import Tier

Finding = tuple[str, str]
WARNING = "~"


def tiled(tiers: Sequence[Tier], objective: Objective, path: str, *, is_part: bool) -> Iterator[Finding]:
    """Faults and warnings of one table. ``is_part``: another form of the same remedy may cover what this one leaves."""
    if len({tier.is_time for tier in tiers}) > 1:
        yield path, "edges in time and edges in percent cannot stand in one table"
        return
    if tiers[0].is_time:
        edges = [tier.down_over if tier.down_over is not None else tier.down_from for tier in tiers]
        if len(set(edges)) < len(edges):
            yield path, "two bands have the same edge"
        yield from _rising([tier.give for tier in sorted(tiers, key=lambda t: t.down_over or t.down_from or 0)], path)
        return
    ordered = sorted(tiers, key=lambda tier: tier.edge, reverse=True)
    if len({tier.edge for tier in tiers}) < len(tiers):
        yield path, "two bands have the same edge"
    yield from _rising([tier.give for tier in ordered], path)
    for upper, lower in pairwise(ordered):
        yield from _meet(upper, lower, path)
    low = ordered[-1]
    bottom = low.from_ or low.over
    if bottom and not is_part:
        yield path, f"nothing is given below {plain(bottom)}"
    yield from _target(ordered[0], objective, path)


def _rising(gives: Sequence[Fraction], path: str) -> Iterator[Finding]:
    if list(gives) != sorted(gives):
        yield path, "a lower availability must not give less"


def _meet(upper: Tier, lower: Tier, path: str) -> Iterator[Finding]:
    """Two neighbours: where the upper one ends, the lower one must begin."""
    end, takes_it = (upper.from_, True) if upper.from_ is not None else (upper.over, False)
    edge, is_closed = lower.edge
    if end is None:
        return  # without a lower edge a band reaches as far as the next deeper one takes over
    if edge < end:
        hint = f'write the band below as {{ below = "{plain(end)}" }}'
        yield path, f"nothing is said between {plain(edge)} and {plain(end)}: {hint}"
    elif edge > end:
        yield path, f"two bands hold between {plain(end)} and {plain(edge)}"
    elif takes_it and is_closed:
        yield path, f"two bands hold exactly {plain(end)}"
    elif not takes_it and not is_closed:
        yield path, f"nothing is said of exactly {plain(end)}"


def _target(first: Tier, objective: Objective, path: str) -> Iterator[Finding]:
    edge, is_closed = first.edge
    if edge < objective.target:
        yield WARNING + path, f"nothing is given between {plain(edge)} and the target, {plain(objective.target)}"
    elif edge > objective.target:
        yield WARNING + path, f"gives from {plain(edge)} on, above the target, {plain(objective.target)}"
    elif is_closed and objective.meets == ">=":
        yield WARNING + path, f"gives at exactly {plain(edge)}, although that meets the target"
    elif not is_closed and objective.meets == ">":
        yield WARNING + path, f"gives nothing at exactly {plain(edge)}, although that misses the target"
