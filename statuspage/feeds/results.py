"""Sealed statements as items: one for each edition of a closed period. A corrected one is a new item that names the old one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from monitor.timeline.record import Edition
from statuspage.feeds.item import Item, Place
from statuspage.feeds.result_table import table
from statuspage.i18n import N_, Language
from statuspage.pages.agreement import deadline, period_name
from statuspage.pages.wording import WORDS

HEADS = {
    "met": N_("SLA met"),
    "missed": N_("SLA missed"),
    "undetermined": N_("SLA undetermined"),
    "corrected": N_("SLA corrected"),
}


def results(editions: Iterable[Edition], names: Mapping[str, str], place: Place) -> Iterator[Item]:
    """One item for each edition, in the second in which it was sealed."""
    for edition in editions:
        made = edition.document
        name, result = made["agreement"], verdict(made)
        head = place.language.text(HEADS["corrected" if edition.number > 1 else result])
        said = [*_correction(edition, place.language), *sentences(made, names, place.language)]
        yield Item(
            id=place.tag(f"statement/{name}/{edition.period}/v{edition.number}"),
            url=place.url(f"/sla/{name}/{edition.period}#v{edition.number}"),
            title=f"[{head}] {_title(made)} – {period_name(made['period'], place.language)}: {_figure(made, place.language)}",
            text=" ".join(said),
            html=table(edition, said, names, place),
            published=edition.sealed_at,
            tags=("sla", result, name),
            own=_own(edition, result, place),
        )


def verdict(made: Mapping[str, Any]) -> str:
    """Of all objectives together: missed when one is, met when all that apply are."""
    found = {each["verdict"] for each in made["objectives"] if not each["kpi"]} - {"not-applicable"}
    if "missed" in found:
        return "missed"
    return "met" if found == {"met"} else "undetermined"


def label(objective: Mapping[str, Any], names: Mapping[str, str], language: Language) -> str:
    """What an objective is called: its title, or what it is about."""
    about = language.names([names.get(each, each) for each in objective["components"]])
    return str(objective["title"] or about or objective["id"])


def awarded(remedy: Mapping[str, Any], language: Language) -> str:
    """``credit, 10 % of the fee``: shares and days only. What it is in money is between customer and provider."""
    kind = language.text(WORDS[remedy["kind"]])
    if remedy["unit"] == "money" or remedy["give"] in ("report", remedy["kind"]):
        return kind
    return f"{kind}, {language.decimal(remedy['number'])} {language.text(WORDS.get(remedy['unit'], remedy['unit']))}"


def sentences(made: Mapping[str, Any], names: Mapping[str, str], language: Language) -> Iterator[str]:
    """Measured, agreed and decided, what that gives and until when it can be claimed; objective by objective."""
    say = language.text
    for each in made["objectives"]:
        values = {
            "name": label(each, names, language),
            "measured": measured(each, language),
            "agreed": language.percent(Fraction(each["target"]) / 100),
            "verdict": say(WORDS[each["verdict"]]),
        }
        yield say("%(name)s: %(measured)s, agreed %(agreed)s, %(verdict)s.") % values
        if each["bounds"]["could_change"]:
            yield say("What was not measured could change that.")
        for remedy in each["remedies"]:
            if remedy["due"] and not remedy["superseded_by"]:
                yield say("Due: %(what)s.") % {"what": awarded(remedy, language)}
                yield from _claim(remedy["claim"], language)


def measured(objective: Mapping[str, Any], language: Language) -> str:
    """The share as it is printed, never rounded up; both bounds where what is not known could change the verdict."""
    if objective["availability"] is None:
        return language.text("no figure")
    figure = language.percent(Fraction(objective["availability"]["exact"]))
    bounds = objective["bounds"]
    if bounds["could_change"] and bounds["worst"] and bounds["best"]:
        worst, best = (language.percent(Fraction(bounds[edge]["exact"])) for edge in ("worst", "best"))
        return f"{figure} ({worst} – {best})"
    return figure


def _claim(claim: Mapping[str, Any], language: Language) -> Iterator[str]:
    say = language.text
    if claim["automatic"]:
        yield say("Credit is given without asking.")
    if claim["notify_by"]:
        yield say("Report it by %(day)s.") % {"day": deadline(claim["notify_by"], language)}
    if claim["submit_by"]:
        yield say("Claim it by %(day)s.") % {"day": deadline(claim["submit_by"], language)}


def _title(made: Mapping[str, Any]) -> str:
    return str(made["title"] or made["agreement"])


def _figure(made: Mapping[str, Any], language: Language) -> str:
    objectives = made["objectives"]
    if len(objectives) == 1:
        agreed = language.percent(Fraction(objectives[0]["target"]) / 100)
        return language.text("%(measured)s (agreed %(agreed)s)") % {
            "measured": measured(objectives[0], language),
            "agreed": agreed,
        }
    missed = sum(each["verdict"] == "missed" for each in objectives)
    values = {"missed": language.number(missed), "total": language.number(len(objectives))}
    return language.text("%(missed)s of %(total)s objectives missed") % values


def _correction(edition: Edition, language: Language) -> Iterator[str]:
    if edition.number > 1:
        values = {"number": language.number(edition.number - 1), "reason": edition.reason}
        yield language.text("Takes the place of edition %(number)s: %(reason)s.") % values


def _own(edition: Edition, result: str, place: Place) -> dict[str, Any]:
    made = edition.document
    return {
        "about": place.url("/subscribe"),
        "kind": "sla",
        "agreement": made["agreement"],
        "period": edition.period,
        "time_zone": made["period"]["timezone"],
        "statement": edition.number,
        "supersedes": edition.number - 1 or None,
        "effective_from": made["effective_from"],
        "result": result,
        "objectives": [_objective(each) for each in made["objectives"]],
    }


def _objective(each: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": each["id"],
        "components": each["components"],
        "target": each["target"],
        "availability": each["availability"] and each["availability"]["exact"],
        "verdict": each["verdict"],
        "counted_seconds": each["counted_seconds"],
        "down_seconds": each["down_seconds"],
        "unknown_seconds": each["unknown_seconds"],
        "remedies": [
            {key: remedy[key] for key in ("id", "kind", "claim")}
            | ({} if remedy["unit"] == "money" else {"number": remedy["number"], "unit": remedy["unit"]})
            for remedy in each["remedies"]
            if remedy["due"] and not remedy["superseded_by"]
        ],
    }
