"""A sealed statement as a table that a reader of feeds can show: no style, no script, absolute links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from html import escape
from typing import Any

from monitor.timeline.record import Edition
from statuspage.feeds.item import Place
from statuspage.i18n import N_, Language
from statuspage.pages.agreement import budget, period_name, second
from statuspage.pages.wording import WORDS

COLUMNS = (
    N_("Agreed"),
    N_("Measured"),
    N_("Verdict"),
    N_("Allowed this period"),
    N_("Down"),
    N_("Left out or forgiven"),
    N_("No data"),
)
SOURCES = {
    "probes": N_("Measured by this monitor from outside; the terms say which measurement counts."),
    "counts": N_("Measured by counts of requests that the provider gave."),
    "tickets": N_("Measured by a list of tickets."),
}


def table(edition: Edition, said: Sequence[str], names: Mapping[str, str], place: Place) -> str:
    """The sentences, the figures of each objective, the clause that decided, and where the rest can be read."""
    made, language = edition.document, place.language
    path = f"/sla/{made['agreement']}/{edition.period}"
    head = "".join(f"<th>{escape(language.text(each))}</th>" for each in COLUMNS)
    rows = "".join(_row(each, names, language) for each in made["objectives"])
    sources = {each["measured_by"]: None for each in made["objectives"]}
    notes = [language.text(SOURCES[each]) for each in sources if each in SOURCES]
    notes += [language.text("Decided by %(clause)s.") % {"clause": each} for each in _clauses(made)]
    if not made["effective_from"].startswith("1970"):
        day = language.date(date.fromisoformat(made["effective_from"]))
        notes.append(language.text("In force since %(day)s.") % {"day": day})
    return (
        "".join(f"<p>{escape(each)}</p>" for each in said)
        + f"<table><caption>{escape(_period(made, language))}</caption><tr><td></td>{head}</tr>{rows}</table>"
        + "".join(f"<p>{escape(each)}</p>" for each in notes)
        + f'<p><a href="{escape(place.url(path))}">{escape(language.text("The whole statement"))}</a>, '
        + f'<a href="{escape(place.url(path + ".json"))}">{escape(language.text("This statement as JSON"))}</a></p>'
    )


def _row(each: Mapping[str, Any], names: Mapping[str, str], language: Language) -> str:
    found = each["availability"]
    left = budget(dict(each))
    cells = [
        language.percent(Fraction(each["target"]) / 100),
        language.percent(Fraction(found["exact"])) if found else language.text("no figure"),
        language.text(WORDS[each["verdict"]]),
        language.duration(int(left[0]), 4) if left else "–",
        language.duration(int(Fraction(each["down_seconds"])), 4),
        "; ".join(_excluded(entry, language) for entry in each["excluded"]) or "–",
        language.duration(each["unknown_seconds"], 4),
    ]
    about = each["title"] or language.names([names.get(name, name) for name in each["components"]]) or each["id"]
    return f"<tr><th>{escape(about)}</th>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"


def _excluded(entry: Mapping[str, Any], language: Language) -> str:
    kind = WORDS.get(entry["kind"])
    return f"{language.text(kind) if kind else entry['kind']}: {language.duration(entry['seconds'], 4)}"


def _clauses(made: Mapping[str, Any]) -> list[str]:
    return [each["decided_by"] for each in made["objectives"] if each["decided_by"]]


def _period(made: Mapping[str, Any], language: Language) -> str:
    """``October 2026, 1 Oct 2026 00:00 CEST – …``: in the page's zone, beside the one it was cut in."""
    period = made["period"]
    begin, end = (language.precise(second(period[edge])) for edge in ("start", "end"))
    return f"{period_name(period, language)} ({period['timezone']}): {begin} – {end}"
