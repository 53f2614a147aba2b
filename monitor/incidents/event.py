"""One thing that was said about an incident or a maintenance. Appended and never edited: all else is a fold over these."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

INCIDENT, MAINTENANCE = "incident", "maintenance"
LONGEST_TITLE = 200
LONGEST_TEXT = 20_000


class StepError(ValueError):
    """What was said does not follow from what was said before; the text says why, to whoever said it."""


@dataclass(frozen=True)
class Said:
    """What an event says anew. None where it says nothing, so that what was said before stands.

    ``components`` holds a state for each component that it speaks of; instants are seconds since the epoch. ``automatic``: the
    monitor says it by itself, and no person. ``outages`` are the names of measured outages that it tells of from now on;
    ``merged`` is the incident that tells of this one too from now on. Of maintenance: it comes back by the rule ``repeat``, and
    ``remind`` is how many seconds ahead of it customers are reminded.
    """

    titles: Mapping[str, str] | None = None
    impact: str | None = None
    severity: str | None = None
    components: Mapping[str, str] | None = None
    start: int | None = None
    end: int | None = None
    announced: int | None = None
    kind: str | None = None
    backfilled: bool | None = None
    automatic: bool | None = None
    outages: tuple[str, ...] | None = None
    merged: str | None = None
    repeat: str | None = None
    remind: tuple[int, ...] | None = None

    def plain(self) -> dict[str, Any]:
        """What is said, as values of JSON."""
        return {key: value for key, value in asdict(self).items() if value is not None}

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Said:
        """The opposite of ``plain``; what this program does not know is left out."""
        known: dict[str, Any] = {each.name: plain[each.name] for each in fields(cls) if each.name in plain}
        lists = {name: tuple(value) for name, value in known.items() if isinstance(value, list)}
        return cls(**(known | lists))


@dataclass(frozen=True)
class Event:
    """Event ``number`` (1, 2, 3, ...) of the ``account`` of a ``subject``: who took which step, when, and in which words.

    ``step`` is a phase or stage that it is in from now on, or a note that changes neither. ``texts`` are by language.
    """

    account: str
    subject: str
    number: int
    at: int
    by: str
    step: str
    texts: Mapping[str, str] = field(default_factory=dict)
    said: Said = Said()


def without(events: Sequence[Event], hidden: Collection[str]) -> tuple[Event, ...]:
    """The events as they are for whoever must not hear of these components: what speaks of nothing else is left out altogether."""
    named: dict[tuple[str, str], set[str]] = defaultdict(set)
    for each in events:
        named[each.account, each.subject] |= set(each.said.components or ())
    unseen = {subject for (_, subject), names in named.items() if names and not names - set(hidden)}
    return tuple(
        replace(each, said=_veiled(each.said, named[each.account, each.subject], hidden, unseen))
        for each in events
        if each.subject not in unseen
    )


def _veiled(said: Said, named: Collection[str], hidden: Collection[str], unseen: Collection[str]) -> Said:
    """What is said, without what must not be heard of. The names of outages hold those of their components."""
    return replace(
        said,
        components=said.components and {name: it for name, it in said.components.items() if name not in hidden},
        outages=None if set(named) & set(hidden) else said.outages,
        merged=None if said.merged in unseen else said.merged,
    )


def check_words(event: Event) -> None:
    """Refuse words that could not be kept or shown."""
    for text in event.texts.values():
        if len(text) > LONGEST_TEXT:
            raise StepError(f"the text has {len(text)} characters; allowed are {LONGEST_TEXT}")
    for title in (event.said.titles or {}).values():
        if not title.strip() or len(title) > LONGEST_TITLE or not title.isprintable():
            raise StepError(f"a title is one line of 1 to {LONGEST_TITLE} characters")
    if not event.by.strip() or not event.by.isprintable():
        raise StepError("say who says so, in one line")
    for words in (event.by, *event.texts.values()):
        if any(0xD800 <= ord(letter) < 0xE000 for letter in words):
            raise StepError("the text is not Unicode")
