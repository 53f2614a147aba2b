"""``meetlat label``: what a person says of an outage, or of time that was announced."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from monitor.clock import Clock
from monitor.commands._folder import configured, takes_config
from monitor.commands._opening import measured
from monitor.commands._people import noted
from monitor.config import Config
from monitor.incidents.event import StepError
from monitor.incidents.labels import NONE
from monitor.rows import moment
from monitor.saying import keep_label, label_of, labelled
from monitor.settlement import holding, sealed_over
from monitor.sla.clauses import KINDS
from monitor.sla.periods import instant
from monitor.store import open_reader
from monitor.timeline.record import Label
from monitor.timeline.span import Span


@click.command
@click.argument("component", required=False)
@click.argument("start", required=False)
@click.argument("end", required=False)
@click.option("--outage", metavar="NAME", help="The outage of this name, however long it turns out to be.")
@click.option("--kind", type=click.Choice([*KINDS, NONE]), help="An exclusion's kind; none takes a label back.")
@click.option("--by", envvar="MEETLAT_BY", help="Who says so; published.  [env: MEETLAT_BY]")
@click.option("--why", help="The reason; published.")
@click.option("--list", "is_list", is_flag=True, help="List the labels that hold.")
@takes_config
def command(folder: Path, is_list: bool, **given: Any) -> None:
    """Label the time from START to END (ISO 8601 with offset) of a component, or one --outage: force majeure, maintenance, the
    customer's fault.

    No observation changes. What the label does is for each agreement to say; statements show the figure with and without it. A
    label counts as announced now, so that one made ahead of maintenance meets its notice. What is sealed already changes only by
    meetlat restate.
    """
    config = configured(folder)
    if is_list:
        _list(config)
        return
    by, why = (given["by"] or "").strip(), (given["why"] or "").strip()
    if not by or not why:
        raise click.UsageError("say who labels it and why: --by, --why")
    if not given["kind"]:
        raise click.UsageError(f"say --kind: {', '.join([*KINDS, NONE])}")
    clock = Clock()
    label = _label(config, given, clock.now(), by, why)
    reader = open_reader(config.storage.url.reveal())
    try:
        keep_label(config, clock, labelled(config, reader, label))
        noted(config, f"label {label.kind}", label.outage or label.component, f"by {by}: {why[:200]}")
        names = [each.newest.id for each in config.agreements]
        closed = list(sealed_over(reader, names, label.component, Span(label.start, label.end)))
    except StepError as error:
        raise click.UsageError(f"{error}; see: meetlat label --list") from error
    finally:
        reader.close()
    click.echo(f"{_about(label)}: {label.kind}, by {by}: {why}")
    for agreement, period in closed:
        click.echo(
            f"sealed already: {agreement} {period}; it moves only by: meetlat restate {agreement} {period} --reason ..."
        )


def _label(config: Config, given: dict[str, Any], now: int, by: str, why: str) -> Label:
    component, start, end = (given[name] for name in ("component", "start", "end"))
    if given["outage"]:
        if component:
            raise click.UsageError("say an --outage, or a component with START and END")
        found = measured(config, given["outage"])
        return label_of(found, given["kind"], by, why, now)
    if not (component and start and end):
        raise click.UsageError("say a COMPONENT with START and END, or an --outage")
    if component not in {each.id for each in config.components}:
        raise click.UsageError(f"there is no component {component!r}")
    try:
        first, last = moment(start, "START"), moment(end, "END")
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    if last <= first:
        raise click.UsageError("END is not after START")
    return Label(now, component, first, last, given["kind"], by, why)


def _holding(config: Config) -> list[Label]:
    reader = open_reader(config.storage.url.reveal())
    try:
        return [each.label for each in holding(reader, Clock().now())]
    finally:
        reader.close()


def _list(config: Config) -> None:
    found = _holding(config)
    for each in found:
        click.echo(f"{_about(each)}: {each.kind}, {instant(each.at)} by {each.by}: {each.why}")
    if not found:
        click.echo("no labels")


def _about(label: Label) -> str:
    return (
        f"{label.component} from {instant(label.start)} to {instant(label.end)}" if not label.outage else label.outage
    )
