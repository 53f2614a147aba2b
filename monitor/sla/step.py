"""The steps of an explanation: each names the clause that decided and says what it did, in words that can be translated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from monitor.sla.quantity import clock, plain
from monitor.timeline.span import Span

# The sentences, by the word that a step carries; translations are of these.
SENTENCES = {
    "period": "The period from %(start)s to %(end)s has %(seconds)s seconds (%(time)s) up to this statement.",
    "version": "The terms in force are those of %(day)s.",
    "source-probes": "Measured by our own probes: %(down)s s down, %(unknown)s s without data.",
    "source-table": "As it was told: %(down)s s down, %(unknown)s s without data.",
    "source-counts": "Measured by the imported counts of requests.",
    "no-counts": "The contract measures requests; no counts were imported, so our probes stand in as evidence.",
    "combined": "%(components)s together (%(mode)s).",
    "outages": "Outages that count: %(count)s.",
    "short": "Outages too short to count: %(seconds)s s is forgiven.",
    "excluded-forgive": "Excluded as %(kind)s: %(seconds)s s is not down and stays in the denominator.",
    "excluded-remove": "Excluded as %(kind)s: %(seconds)s s leaves both parts of the fraction.",
    "late-notice": "Announced too late to be excluded as %(kind)s: %(seconds)s s counts.",
    "labelled": "Labelled as %(kind)s by %(by)s: %(why)s. Without that label: %(without)s %%.",
    "labelled-at": "Labelled as %(kind)s by %(by)s on %(at)s: %(why)s. Without that label: %(without)s %%.",
    "hours": "Outside the agreed hours: %(seconds)s s does not count.",
    "service": "Before the service began: %(seconds)s s (%(treatment)s).",
    "no-data": "Time without data: %(seconds)s s (%(policy)s).",
    "counted": "Counted: %(counted)s s, of which %(down)s s down.",
    "events": "%(good)s of %(requests)s requests were good.",
    "availability": "Availability: %(exact)s = %(percent)s %%.",
    "no-figure": "No figure: nothing was counted.",
    "few-requests": "No figure: %(requests)s requests, fewer than the %(least)s that the terms need.",
    "rounded": "Rounded before the decision, as the terms say: %(percent)s %%.",
    "coverage": "Only %(coverage)s %% of the time is known, less than the %(least)s %% that the terms need: undetermined.",
    "verdict": "Against the target of %(target)s %%: %(verdict)s.",
    "open": "By what is not known it lies between %(worst)s %% (%(at_worst)s) and %(best)s %% (%(at_best)s): undetermined, had the "
    "terms not decided it (%(policy)s).",
    "review": "Missed in %(misses)s of the last %(periods)s periods, nothing is given for that: a reason to review the agreement.",
    "also": "One outage lasted %(time)s, longer than %(limit)s: missed, whatever the percentage.",
    "give": "This gives %(give)s (%(unit)s).",
    "give-each": "%(time)s down gives %(give)s (%(unit)s).",
    "right": "This gives the right to %(kind)s.",
    "triggered": "The trigger is met.",
    "not-triggered": "The trigger is not met: nothing falls due yet.",
    "retroactive": "Earlier misses are paid as well: %(give)s (%(unit)s).",
    "affected": "Times the share of customers hit, %(share)s: from %(before)s to %(after)s.",
    "capped": "Capped: from %(before)s to %(after)s (%(unit)s).",
    "money": "Of a fee of %(base)s: %(exact)s, rounded once to %(amount)s.",
    "fee-short": "No fee is known for %(unpaid)s s of the %(seconds)s s that it is for: nothing is counted for them.",
    "fee-part": "A fee of %(amount)s from %(start)s to %(end)s (%(component)s) is taken in proportion.",
    "floor": "Raised to the least that is paid: from %(before)s to %(after)s.",
    "too-small": "%(before)s is not more than %(least)s: not paid.",
    "held": "%(held)s is held until there is %(least)s.",
    "superseded": "The higher credit of %(other)s for the same components is paid instead.",
    "tickets": "%(met)s of %(total)s tickets were in time.",
    "no-tickets": "There were no tickets: not applicable.",
}


@dataclass(frozen=True)
class Step:
    """``clause`` is the dotted key of the terms that decided, ``word`` the key of the sentence, ``spans`` the time it is about."""

    clause: str
    word: str
    values: Mapping[str, str]
    spans: tuple[Span, ...] = ()

    @property
    def text(self) -> str:
        """The sentence, in English."""
        return SENTENCES[self.word] % self.values


def step(clause: str, word: str, spans: tuple[Span, ...] = (), /, **values: object) -> Step:
    """A step; fractions become exact decimals or fractions, lengths stay as they are given."""
    return Step(clause, word, {key: _text(value) for key, value in values.items()}, spans)


def _text(value: object) -> str:
    return plain(value) if isinstance(value, Fraction) else str(value)


def lasting(seconds: Fraction | int) -> str:
    """A length in seconds and in words: ``3600 s (1h 0m 0s)``."""
    return f"{plain(Fraction(seconds))} s ({clock(seconds)})"
