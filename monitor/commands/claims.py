"""``meetlat claims``: what must be claimed, until when, and all that a claim must hold."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from monitor import imports
from monitor.clock import Clock
from monitor.commands._folder import agreement_of, configured, place_of, takes_config
from monitor.commands._printed import lines
from monitor.rows import cell
from monitor.settlement import Settlement, closing, named
from monitor.sla.periods import instant
from monitor.sla.statement import Versions
from monitor.store import Reader, open_reader
from monitor.timeline.span import Span

MARGIN = 900  # seconds of observations around an outage that a claim shows


@click.command
@click.argument("agreement_id", metavar="AGREEMENT")
@click.argument("period", metavar="[PERIOD]", required=False)
@click.option("--fees", type=click.Path(path_type=Path), help="CSV: component,period,amount; gives amounts of money.")
@click.option(
    "--kit", type=click.Path(path_type=Path, file_okay=False), help="Write what a claim must hold to this folder."
)
@takes_config
def command(agreement_id: str, period: str | None, fees: Path | None, kit: Path | None, folder: Path) -> None:
    """List the remedies that are due, with the last day to report and to claim them; without PERIOD of the last twelve months.

    With --kit and a PERIOD it writes a claim: the statement as text and JSON, the outages with local times, and the observations.
    """
    config = configured(folder)
    versions = agreement_of(config, agreement_id)
    reader = open_reader(config.storage.url.reveal())
    try:
        now = Clock().now()
        settlement = Settlement(versions, reader, now)
        if fees:
            settlement = replace(settlement, fees=imports.fees(fees, place_of(versions, config)))
        labels = [period] if period else [each.label for _, each in closing(versions, now - 366 * 86_400, now)]
        found = [settlement.document(named(versions, label)) for label in labels]
        if kit and period:
            _write(kit, found[0], reader, versions)
        elif kit:
            raise click.UsageError("a kit is of one PERIOD")
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    finally:
        reader.close()
    rows = [row for each in found for row in _due(each)]
    click.echo("\n".join(rows) if rows else "nothing is due")


def _due(found: dict[str, Any]) -> Iterator[str]:
    for objective in found["objectives"]:
        for remedy in objective["remedies"]:
            if remedy["due"]:
                claim = remedy["claim"]
                amount = f" = {remedy['amount']}" if remedy["amount"] else ""
                told = (
                    "without a claim"
                    if claim["automatic"]
                    else f"claim by {claim['submit_by'] or 'a date that is not known'}"
                )
                first = f"report by {claim['notify_by']}, " if claim["notify_by"] else ""
                yield f"{objective['period']['label']} {objective['id']} {remedy['id']}: {remedy['give']}{amount}, {first}{told}"


def _write(kit: Path, found: dict[str, Any], reader: Reader, versions: Versions) -> None:
    kit.mkdir(parents=True, exist_ok=True)
    evidence = versions.newest.claim.evidence
    asked = [f"The agreement asks for: {', '.join(evidence)}", ""] if evidence else []
    (kit / "statement.txt").write_text("\n".join([*asked, *lines(found)]) + "\n", "utf-8")
    (kit / "statement.json").write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", "utf-8")
    zone = ZoneInfo(versions.newest.timezone)
    with (kit / "outages.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("objective", "component", "start", "end", "local_start", "local_end", "down_seconds"))
        for each in found["objectives"]:
            for outage in each["outages"]:
                local = [datetime.fromisoformat(outage[edge]).astimezone(zone).isoformat() for edge in ("start", "end")]
                writer.writerow(
                    (each["id"], each["component"], outage["start"], outage["end"], *local, outage["down_seconds"])
                )
    _observations(kit / "observations.csv", found, reader)


def _observations(file: Path, found: dict[str, Any], reader: Reader) -> None:
    """What the probes of the components saw in and around each outage."""
    components = {name for each in found["objectives"] for name in each["components"]}
    probes = {watch.probe for watch in reader.watches() if watch.component in components}
    with file.open("w", newline="", encoding="utf-8") as opened:
        writer = csv.writer(opened)
        writer.writerow(("probe", "location", "slot", "start", "total_us", "outcome", "reason", "detail"))
        seen: set[tuple[str, str, int]] = set()
        for each in found["objectives"]:
            for outage in each["outages"]:
                start, end = (int(datetime.fromisoformat(outage[edge]).timestamp()) for edge in ("start", "end"))
                for one in reader.observations(Span(start - MARGIN, end + MARGIN)):
                    key = (one.probe, one.location, one.slot_ms)
                    if one.probe in probes and key not in seen:
                        seen.add(key)
                        reason = one.reason.word if one.reason else ""
                        when = [instant(ms // 1000) for ms in (one.slot_ms, one.start_ms)]
                        row = (
                            one.probe,
                            one.location,
                            *when,
                            one.phases.total_us,
                            one.outcome,
                            reason,
                            one.verdict.detail,
                        )
                        writer.writerow(map(cell, row))  # the detail is of whoever was probed
