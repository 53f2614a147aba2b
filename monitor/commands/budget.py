"""``meetlat budget``: how much downtime is left before the target, and before each tier."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from monitor.clock import Clock
from monitor.commands._folder import agreement_of, configured, takes_config
from monitor.settlement import Settlement, named
from monitor.sla.assess import Assessment
from monitor.sla.budget import Edge, allowance, averages, edges, parallel, serial
from monitor.sla.quantity import clock, percent, plain, promised
from monitor.store import open_reader


@click.command
@click.argument("agreement_id", metavar="[AGREEMENT]", required=False)
@click.option("--period", metavar="PERIOD", help="2026-10 or 2026-Q4; default: the month that is running.")
@click.option("--target", metavar="PERCENT", help="Without an agreement: what this percentage allows.")
@click.option(
    "--normal", metavar="PERCENT", default="100", show_default=True, help="With --target: what it is without outage."
)
@click.option(
    "--during", metavar="PERCENT", default="0", show_default=True, help="With --target: what it is in an outage."
)
@click.option(
    "--serial", "in_series", metavar="PERCENTS", help="99.99,99.95: the product of targets that are all needed."
)
@click.option(
    "--parallel", "beside", metavar="PERCENTS", help="99.9,99.9: of redundant ones. For planning, never measured."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@takes_config
def command(
    agreement_id: str | None,
    period: str | None,
    target: str | None,
    normal: str,
    during: str,
    in_series: str | None,
    beside: str | None,
    folder: Path,
    as_json: bool,
) -> None:
    """Say how much downtime is left in a period before the target is missed and before each tier.

    With --target it says what a percentage allows over an average day, week, month, quarter and year, and over months of 28 to 31
    days: the often quoted 43 min 50 s of 99.9 % is that of an average month, which no calendar month is.
    """
    try:
        if agreement_id:
            found = _of_agreement(folder, agreement_id, period)
        elif target:
            found = _of_target(
                _read("--target", target, promised),
                _read("--normal", normal, promised),
                _read("--during", during, percent),
            )
        elif in_series or beside:
            found = {
                "percent": plain(_planned(in_series, beside)),
                "note": "for planning: failures are taken as independent",
            }
        else:
            raise click.UsageError("give an AGREEMENT, --target, --serial or --parallel")
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    click.echo(json.dumps(found, indent=2) if as_json else "\n".join(_lines(found)))


def _planned(in_series: str | None, beside: str | None) -> Fraction:
    if in_series and beside:
        raise ValueError("give --serial or --parallel, not both")
    if in_series:
        return serial([_read("--serial", each, promised) for each in in_series.split(",")])
    return parallel([_read("--parallel", each, promised) for each in (beside or "").split(",")])


def _read(option: str, text: str, parse: Callable[[object], Fraction]) -> Fraction:
    """A percentage of an option. ValueError names the option and repeats what was given."""
    try:
        return parse(text.strip())
    except ValueError as error:
        raise ValueError(f"{option}: {text!r} {error}") from error


def _of_target(target: Fraction, normal: Fraction, during: Fraction) -> dict[str, Any]:
    months = {f"{days} days": allowance(target, days * 86_400, normal, during) for days in (28, 29, 30, 31)}
    return {
        "target": plain(target),
        "average": averages(target),
        "months": {name: {"seconds": plain(seconds), "time": clock(seconds)} for name, seconds in months.items()},
    }


def _of_agreement(folder: Path, name: str, label: str | None) -> dict[str, Any]:
    config = configured(folder)
    versions = agreement_of(config, name)
    reader = open_reader(config.storage.url.reveal())
    try:
        now = Clock().now()
        label = label or versions.newest.rule(versions.newest.objectives[0]).holding(now).label
        made = Settlement(versions, reader, now).made(named(versions, label))
    finally:
        reader.close()
    objectives = [_objective(each, made.agreement.hours(each.objective.hours).seconds(each.until, each.period.span.end))
                  for each in made.assessments if not each.objective.is_support]  # fmt: skip
    return {"agreement": name, "period": label, "objectives": objectives}


def _objective(made: Assessment, ahead: int) -> dict[str, Any]:
    return {
        "id": made.objective.id,
        "component": made.component,
        "period": made.period.label,
        "down": clock(made.figure.down),
        "edges": [_edge(each) for each in edges(made, made.figure.counted + ahead)],
    }


def _edge(edge: Edge) -> dict[str, str]:
    sign = "-" if edge.left < 0 else ""
    return {
        "percent": plain(edge.percentage),
        "of": edge.gives,
        "allowed_seconds": plain(edge.allowed),
        "allowed": clock(edge.allowed),
        "left_seconds": plain(edge.left),
        "left": sign + clock(abs(edge.left)),
    }


def _lines(found: dict[str, Any]) -> list[str]:
    if "percent" in found:
        return [f"{found['percent']} % ({found['note']})"]
    if "target" in found:
        lines = [f"{found['target']} % allows"]
        lines += [f"  {each['time']:>14} in a month of {name}" for name, each in found["months"].items()]
        return lines + [f"  {time:>14} in an average {name}" for name, time in found["average"].items()]
    lines = [f"{found['agreement']}, {found['period']}"]
    for each in found["objectives"]:
        lines.append(f"{each['id']} of {each['component']}, {each['period']}: {each['down']} down so far")
        lines += [f"  {e['percent']:>8} % ({e['of']}): {e['allowed']} allowed, {e['left']} left" for e in each["edges"]]
    return lines
