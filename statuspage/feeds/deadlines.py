"""Claims that a sealed statement opens, and items ahead of their last day: of what an edition said while it was in force."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from html import escape
from typing import Any

from monitor.timeline.period import midnight
from monitor.timeline.record import Edition
from statuspage.feeds.item import Item, Place
from statuspage.feeds.results import awarded
from statuspage.i18n import N_
from statuspage.pages.agreement import deadline, period_name, second

AHEAD = 7  # days
DAY = 86_400
HEADS = {"notify": N_("Report by %(day)s"), "submit": N_("Claim by %(day)s")}


@dataclass(frozen=True)
class Claim:
    """One remedy to be reported (``notify``) or claimed (``submit``) by ``text``: a last day, or an instant."""

    agreement: str
    title: str
    period: Mapping[str, Any] = field(compare=False)
    kind: str
    objective: str
    component: str
    remedy: str
    text: str
    given: Mapping[str, Any] = field(compare=False)

    @property
    def key(self) -> str:
        """What makes it one and the same claim in every edition."""
        parts = (self.agreement, self.period["label"], self.kind, self.objective, self.component, self.remedy)
        return "/".join(parts)

    @property
    def late(self) -> int:
        """The second from which on it is too late."""
        if len(self.text) > 10:
            return second(self.text)
        return midnight(date.fromisoformat(self.text) + timedelta(days=1), self.period["timezone"])

    @property
    def soon(self) -> int:
        """The second in which it is a week away: the beginning of the day seven days before the last one."""
        if len(self.text) > 10:
            return second(self.text) - AHEAD * DAY
        return midnight(date.fromisoformat(self.text) - timedelta(days=AHEAD), self.period["timezone"])


def claims(edition: Edition) -> Iterator[Claim]:
    """What an edition lets a customer claim, and until when. What comes without asking has no deadline."""
    made = edition.document
    for objective in made["objectives"]:
        for remedy in objective["remedies"]:
            for kind in ("notify", "submit"):
                text = remedy["claim"][f"{kind}_by"]
                if remedy["due"] and not remedy["superseded_by"] and text:
                    yield Claim(
                        made["agreement"],
                        made["title"] or made["agreement"],
                        objective["period"],
                        kind,
                        objective["id"],
                        objective["component"],
                        remedy["id"],
                        text,
                        remedy,
                    )


def reminders(editions: Sequence[Edition], place: Place, now: int) -> Iterator[Item]:
    """One item for each last day that is a week away or nearer, or was; what an edition announced stays when another follows.

    ``editions`` are those of one agreement, of each period in the order in which they were sealed.
    """
    told: set[str] = set()
    for n, edition in enumerate(editions):
        follower = editions[n + 1] if n + 1 < len(editions) and editions[n + 1].period == edition.period else None
        until = now + 1 if follower is None else min(now + 1, follower.sealed_at)
        found: dict[tuple[str, str], list[Claim]] = {}
        for claim in claims(edition):
            # The second after the result itself, when that comes within the last week.
            at = max(claim.soon, edition.sealed_at + 1)
            if at < min(until, claim.late):
                found.setdefault((claim.kind, claim.text), []).append(claim)
        for (kind, text), due in found.items():
            name = f"deadline/{due[0].agreement}/{edition.period}/{kind}/{text}"
            if name not in told:
                told.add(name)
                yield _item(name, edition, due, place)


def _item(name: str, edition: Edition, due: Sequence[Claim], place: Place) -> Item:
    first, language = due[0], place.language
    head = language.text(HEADS[first.kind]) % {"day": deadline(first.text, language)}
    period = period_name(edition.document["period"], language)
    what = list(dict.fromkeys(awarded(each.given, language) for each in due))
    path = f"/sla/{first.agreement}/{edition.period}"
    said = f"{first.title}, {period}: {'; '.join(what)}. {head}."
    return Item(
        id=place.tag(name),
        url=place.url(f"{path}#{first.kind}-{first.text}"),
        title=f"[{head}] {first.title} – {period}",
        text=said,
        html=f'<p>{escape(said)}</p><p><a href="{escape(place.url(path))}">{escape(language.text("The whole statement"))}</a></p>',
        published=max(first.soon, edition.sealed_at + 1),
        tags=("sla", "deadline", first.agreement),
        own={
            "about": place.url("/subscribe"),
            "kind": "deadline",
            "agreement": first.agreement,
            "period": edition.period,
            "statement": edition.number,
            "step": first.kind,
            "until": first.text,
            "time_zone": first.period["timezone"],
            "remedies": [{"objective": c.objective, "component": c.component, "id": c.remedy} for c in due],
        },
    )
