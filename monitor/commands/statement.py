"""``meetlat statement``: what an agreement says about a period, and why."""

from __future__ import annotations

import csv
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from monitor import imports
from monitor.clock import Clock
from monitor.commands._folder import agreement_of, configured, place_of, takes_config
from monitor.commands._printed import lines
from monitor.commands._words import spoken
from monitor.config import Config
from monitor.rows import cell
from monitor.settlement import Settlement, named
from monitor.store import open_reader


@click.command
@click.argument("agreement_id", metavar="AGREEMENT")
@click.argument("period", metavar="PERIOD")
@takes_config
@click.option("--fees", type=click.Path(path_type=Path), help="CSV: component,period,amount; gives amounts of money.")
@click.option("--tickets", type=click.Path(path_type=Path), help="CSV: ticket,at,event,priority; beside the incidents.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole statement as JSON, ledger included.")
@click.option("--csv", "as_csv", is_flag=True, help="Print the ledger as CSV.")
@click.option("--pdf", type=click.Path(path_type=Path, dir_okay=False), help="Write it to this file as a PDF document.")
@click.option("--language", metavar="CODE", help="With --pdf or as text: in a language of the page, such as nl.")
def command(
    agreement_id: str,
    period: str,
    folder: Path,
    fees: Path | None,
    tickets: Path | None,
    as_json: bool,
    as_csv: bool,
    pdf: Path | None,
    language: str | None,
) -> None:
    """Print what an agreement says about a period, such as 2026-03 or 2026-Q1.

    A closed period that was sealed is printed as it was sealed. A running one is accounted up to now. With fees or tickets it
    is computed anew; amounts are printed here only and never published.
    """
    config = configured(folder)
    versions = agreement_of(config, agreement_id)
    reader = open_reader(config.storage.url.reveal())
    try:
        settlement = Settlement(versions, reader, Clock().now())
        if fees:
            settlement = replace(settlement, fees=imports.fees(fees, place_of(versions, config)))
        if tickets:
            settlement = replace(settlement, tickets=imports.tickets(tickets, place_of(versions, config)))
        found = settlement.document(named(versions, period))
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    finally:
        reader.close()
    told = list(lines(found)) if language is None else _in_words(found, spoken(config, language), config)
    if pdf:
        from monitor.pdf import statement

        statement(found, told, pdf)
        click.echo(f"wrote {pdf}")
    elif as_csv:
        _table(found)
    else:
        click.echo(json.dumps(found, indent=2, ensure_ascii=False) if as_json else "\n".join(told))


def _in_words(found: dict[str, Any], language: str, config: Config) -> list[str]:
    """The lines as the page would say them."""
    from statuspage.i18n import speak
    from statuspage.pages.printed import lines as printed

    return list(printed(found, speak(language, config.page.timezone)))


def _table(found: dict[str, Any]) -> None:
    """The ledgers as rows."""
    columns = ("start", "end", "seconds", "account", "treatment", "down", "reason", "clause")
    writer = csv.writer(sys.stdout)
    writer.writerow(("objective", "component", *columns))
    for each in found["objectives"]:
        for entry in each["ledger"]:
            writer.writerow(map(cell, (each["id"], each["component"], *(entry[column] for column in columns))))
