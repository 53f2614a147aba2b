"""A statement as lines of text that explain it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def lines(found: dict[str, Any]) -> Iterator[str]:
    """The document of a statement, for a terminal."""
    period = found["period"]
    closed = "closed" if found["closed"] else f"up to {period['until']}"
    yield f"{found['title']} ({found['provider']}): {period['label']} in {period['timezone']}, {closed}"
    for each in found["objectives"]:
        yield ""
        yield from _objective(each, found["currency"] or "")
    for warning in found["warnings"]:
        yield f"warning: {warning}"


def _objective(found: dict[str, Any], currency: str) -> Iterator[str]:
    share = found["availability"]
    figure = f"{share['percent']} %" if share else "no figure"
    yield f"{found['id']} of {found['component']}, {found['period']['label']}: {figure}: {found['verdict']}"
    for step in found["steps"]:
        yield f"  {step['text']}  [{step['clause']}]"
    bounds = found["bounds"]
    if bounds["worst"] and bounds["worst"] != bounds["best"]:
        note = ", which could change the verdict" if bounds["could_change"] else ""
        yield f"  between {bounds['worst']['percent']} % and {bounds['best']['percent']} % by what is not known{note}"
    for remedy in found["remedies"]:
        yield from _remedy(remedy, currency)
    if found["ledger"]:
        yield "  ledger:"
        for entry in found["ledger"]:
            how = "" if entry["treatment"] == "counted" else f", {entry['treatment']} by {entry['clause']}"
            reason = f" ({entry['reason']})" if entry["reason"] else ""
            yield f"    {entry['start']} .. {entry['end']} {entry['seconds']:>9} s  {entry['account']}{reason}{how}"


def _remedy(found: dict[str, Any], currency: str) -> Iterator[str]:
    amount = "" if found["amount"] is None else f" = {currency} {found['amount']}".replace("  ", " ")
    due = "due" if found["due"] else "not due"
    yield f"  {found['kind']} {found['id']}: {found['give']}{amount}, {due}  [{found['decided_by']}]"
    for step in found["steps"]:
        yield f"    {step['text']}  [{step['clause']}]"
    claim = found["claim"]
    if found["due"] and (claim["notify_by"] or claim["submit_by"]):
        told = f"report by {claim['notify_by']}, " if claim["notify_by"] else ""
        yield f"    {told}claim by {claim['submit_by'] or 'a date that is not known'}"
