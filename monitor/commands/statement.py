"""``meetlat statement``: what an agreement says about a month."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from monitor.clock import Clock
from monitor.commands._folder import configured, takes_config
from monitor.sla.agreement import Agreement
from monitor.sla.statement import document, statement
from monitor.store import open_reader
from monitor.timeline.period import Period, parse_month


@click.command
@click.argument("agreement_id", metavar="AGREEMENT")
@click.argument("period", metavar="PERIOD")
@takes_config
@click.option("--json", "as_json", is_flag=True, help="Print the whole statement as JSON, ledger included.")
def command(agreement_id: str, period: str, folder: Path, as_json: bool) -> None:
    """Print what an agreement says about a month, such as 2026-03.

    A closed month that was sealed is printed as it was sealed. A running month is accounted up to now.
    """
    config = configured(folder)
    agreement = next((each for each in config.agreements if each.id == agreement_id), None)
    if agreement is None:
        known = ", ".join(each.id for each in config.agreements) or "none"
        raise click.UsageError(f"there is no agreement {agreement_id!r}; there are: {known}")
    try:
        month = parse_month(period, agreement.timezone)
        found = _look_up(config.storage.url.reveal(), agreement, month)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    click.echo(json.dumps(found, indent=2, ensure_ascii=False) if as_json else "\n".join(_lines(found)))


def _look_up(url: str, agreement: Agreement, month: Period) -> dict[str, Any]:
    reader = open_reader(url)
    try:
        sealed = dict(reader.sealed(agreement.id)).get(month.label)
        return sealed or document(statement(agreement, month, reader.timelines(month.span), Clock().now()))
    finally:
        reader.close()


def _lines(found: dict[str, Any]) -> list[str]:
    period = found["period"]
    closed = "closed" if found["closed"] else f"up to {period['until']}"
    lines = [f"{found['title']} ({found['provider']}): {period['label']} in {period['timezone']}, {closed}"]
    for each in found["objectives"]:
        share = each["availability"]
        lines.append("")
        lines.append(
            f"{each['id']} of {each['component']}: {share['percent'] + ' %' if share else 'no figure'}: {each['verdict']}"
        )
        lines.extend(f"  {step}" for step in each["steps"])
        bounds = each["bounds"]
        lines.append(
            f"  between {bounds['worst']['percent']} % and {bounds['best']['percent']} % had the unknown time been known"
        )
        lines.append("  ledger:")
        lines.extend(
            f"    {entry['start']} .. {entry['end']} {entry['seconds']:>8} s  {entry['account']}"
            f"{' (' + entry['reason'] + ')' if entry['reason'] else ''}"
            for entry in each["ledger"]
        )
    return lines
