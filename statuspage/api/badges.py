"""Badges: a word about a component or an agreement, as a picture of its own or for shields.io.

Fills are dark, so that white on them is easy to read. A percentage is blue whatever it is: only an agreement judges.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from html import escape
from typing import Any

from monitor.timeline.model import State
from statuspage.i18n import N_, Language
from statuspage.pages.overall import Overall
from statuspage.pages.sentences import OVERALL, STATES
from statuspage.pages.tally import total
from statuspage.views import Row

LONGEST = 60  # characters of a text
FILLS = {"brightgreen": "#1a7f37", "yellow": "#8a5a00", "red": "#b42318", "blue": "#0550ae", "lightgrey": "#57606a"}
COLOURS = {
    State.OPERATIONAL: "brightgreen",
    State.DEGRADED: "yellow",
    State.DOWN: "red",
    State.UNKNOWN: "lightgrey",
}
OVERALL_COLOURS = {
    Overall.OPERATIONAL: "brightgreen",
    Overall.DEGRADED: "yellow",
    Overall.PARTIAL: "red",
    Overall.MAJOR: "red",
    Overall.MAINTENANCE: "blue",
    Overall.UNKNOWN: "lightgrey",
}
# The verdicts on objectives, worst first.
VERDICTS = {
    "missed": (N_("Objective missed"), "red"),
    "undetermined": (N_("Undetermined"), "lightgrey"),
    "met": (N_("Objective met"), "brightgreen"),
    "not-applicable": (N_("Not applicable"), "lightgrey"),
}
ERRORS = {404: N_("Not found"), 400: N_("Not understood")}
NARROW, BROAD = frozenset("iIjlrtf.,:;|!'()[] "), frozenset("mwMW@%")


@dataclass(frozen=True)
class Badge:
    """Two texts, the name of a colour, and what it is about, for those who hear it."""

    label: str
    message: str
    colour: str
    about: str = ""
    is_error: bool = False

    @property
    def title(self) -> str:
        """The whole of it, to be read aloud."""
        return ": ".join(_plain(each) for each in (self.about, self.label, self.message) if each)

    def svg(self, language: str) -> str:
        """A picture that needs nothing else and runs nothing."""
        label, message = (escape(_plain(each)) for each in (self.label, self.message))
        title = escape(self.title)
        left, right = (_width(_plain(each)) for each in (self.label, self.message))
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right + 24}" height="20" role="img"'
            f' aria-label="{title}" xml:lang="{language}"><title>{title}</title>'
            f'<rect width="{left + 12}" height="20" fill="#24292f"/>'
            f'<rect x="{left + 12}" width="{right + 12}" height="20" fill="{FILLS[self.colour]}"/>'
            '<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" aria-hidden="true">'
            f'<text x="6" y="14" textLength="{left}" lengthAdjust="spacingAndGlyphs">{label}</text>'
            f'<text x="{left + 18}" y="14" textLength="{right}" lengthAdjust="spacingAndGlyphs">{message}</text>'
            "</g></svg>\n"
        )

    def shield(self) -> dict[str, Any]:
        """What shields.io reads from an endpoint."""
        label, message = _plain(self.label), _plain(self.message)
        found = {"schemaVersion": 1, "label": label, "message": message, "color": self.colour, "cacheSeconds": 300}
        return found | ({"isError": True} if self.is_error else {})


def overall(name: str, state: Overall, language: Language) -> Badge:
    """How all of it is."""
    return Badge(name, language.text(OVERALL[state]), OVERALL_COLOURS[state])


def status(row: Row, state: State, language: Language) -> Badge:
    """How a component is."""
    return Badge(row.component.name, language.text(STATES[state]), COLOURS[state])


def uptime(row: Row, days: int, language: Language) -> Badge:
    """How much of the last days a component was up, of the time that is known."""
    label = language.text(N_("Availability over %(days)s days")) % {"days": days}
    share = total(row.days[-days:]).availability
    if share is None:
        return Badge(label, language.text(STATES[State.UNKNOWN]), "lightgrey", row.component.name)
    return Badge(label, language.percent(share), "blue", row.component.name)


def response(row: Row, us: int | None, language: Language) -> Badge:
    """The median of the answers of the last 24 hours, in microseconds; None when there was none."""
    label = language.text(N_("Response time"))
    if us is None:
        return Badge(label, language.text(STATES[State.UNKNOWN]), "lightgrey", row.component.name)
    return Badge(label, language.milliseconds(us), "blue", row.component.name)


def sla(title: str, objectives: Iterable[Mapping[str, Any]], language: Language) -> Badge:
    """The worst verdict on the objectives of a statement, and the figure of the one that has it."""
    verdicts = list(VERDICTS)
    none: Mapping[str, Any] = {"verdict": "not-applicable", "availability": None}
    worst = min(objectives, key=lambda each: verdicts.index(each["verdict"]), default=none)
    word, colour = VERDICTS[worst["verdict"]]
    figure = worst["availability"]
    told = [language.percent(Fraction(figure["exact"]))] if figure else []
    return Badge(title, ", ".join([*told, language.text(word)]), colour)


def error(status: int, language: Language) -> Badge:
    """There is nothing to say a word about, or it was not understood what."""
    return Badge(str(status), language.text(ERRORS[status]), "lightgrey", is_error=True)


def _plain(text: str) -> str:
    """On one line, cut to length, without what XML cannot hold and what turns the direction of writing."""
    safe = " ".join("".join(c if c.isprintable() else " " for c in text[: LONGEST * 2]).split())
    return safe if len(safe) <= LONGEST else f"{safe[: LONGEST - 1]}…"


def _width(text: str) -> int:
    """About as many pixels as the text takes: it is then fitted to exactly these."""
    return max(1, sum(_pixels(c) for c in text))


def _pixels(character: str) -> int:
    if unicodedata.east_asian_width(character) in "WF":
        return 12
    if character in NARROW:
        return 4
    return 10 if character in BROAD else 8 if character.isupper() else 7
