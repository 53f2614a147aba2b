"""A statement as lines of text in a language of the page, for paper."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from statuspage.i18n import N_, Language
from statuspage.pages.agreement import deadline, say, steps
from statuspage.pages.wording import WORDS

CLOSED = N_("%(title)s (%(provider)s): %(period)s in %(zone)s, closed")
RUNNING = N_("%(title)s (%(provider)s): %(period)s in %(zone)s, up to %(until)s")
FIGURE = N_("%(objective)s of %(component)s, %(period)s: %(figure)s, %(verdict)s")
BOUNDS = N_("Between %(worst)s and %(best)s by what is not known.")
DUE = N_("%(kind)s %(remedy)s: %(give)s, due")
NOT_DUE = N_("%(kind)s %(remedy)s: nothing is due")
WARNING = N_("Warning: %(text)s")


def lines(found: Mapping[str, Any], language: Language) -> Iterator[str]:
    """The document of a statement, the title first. Times are those of the document, in UTC."""
    period = found["period"]
    values = {"title": found["title"], "provider": found["provider"], "period": period["label"]}
    values |= {"zone": period["timezone"], "until": period["until"]}
    yield language.text(CLOSED if found["closed"] else RUNNING) % values
    for each in found["objectives"]:
        yield ""
        yield from _objective(each, found["currency"] or "", language)
    for warning in found["warnings"]:
        yield language.text(WARNING) % {"text": warning}


def _objective(found: Mapping[str, Any], currency: str, language: Language) -> Iterator[str]:
    share = found["availability"]
    figure = language.percent(Fraction(share["exact"])) if share else language.text("no figure")
    values = {"objective": found["title"] or found["id"], "component": found["component"], "figure": figure}
    values |= {"period": found["period"]["label"], "verdict": language.text(WORDS[found["verdict"]])}
    yield language.text(FIGURE) % values
    yield from _steps(found["steps"], "  ", language)
    bounds = found["bounds"]
    if bounds["worst"] and bounds["worst"] != bounds["best"]:
        edges = {edge: language.percent(Fraction(bounds[edge]["exact"])) for edge in ("worst", "best")}
        told = [language.text(BOUNDS) % edges]
        told += [language.text("That could change the verdict.")] if bounds["could_change"] else []
        yield f"  {' '.join(told)}"
    for remedy in found["remedies"]:
        yield from _remedy(remedy, currency, language)
    for entry in found["ledger"]:
        how = "" if entry["treatment"] == "counted" else f", {_word(entry['treatment'], language)} [{entry['clause']}]"
        account = _word(entry["account"], language)
        reason = f" ({entry['reason']})" if entry["reason"] else ""
        yield f"    {entry['start']} .. {entry['end']} {entry['seconds']:>9} s  {account}{reason}{how}"


def _remedy(found: Mapping[str, Any], currency: str, language: Language) -> Iterator[str]:
    kind = _word(found["kind"], language)
    if found["due"]:
        is_right = found["give"] in ("report", "termination")
        give = kind if is_right else f"{language.decimal(found['number'])} {_word(found['unit'], language)}"
        if found["amount"] is not None:
            give += f" = {currency} {language.decimal(found['amount'])}"
        yield f"  {language.text(DUE) % {'kind': kind.capitalize(), 'remedy': found['title'] or found['id'], 'give': give}}"
    else:
        yield f"  {language.text(NOT_DUE) % {'kind': kind.capitalize(), 'remedy': found['title'] or found['id']}}"
    yield from _steps(found["steps"], "    ", language)
    for key, text in (("notify_by", N_("Report it by %(day)s.")), ("submit_by", N_("Claim it by %(day)s."))):
        if found["due"] and found["claim"][key]:
            yield f"    {say(language, text, {'day': deadline(found['claim'][key], language)})}"


def _steps(found: list[dict[str, Any]], indent: str, language: Language) -> Iterator[str]:
    for text, clause, _ in steps(found, language):
        yield f"{indent}{text}  [{clause}]"


def _word(word: str, language: Language) -> str:
    return language.text(WORDS.get(word, word))
