"""``meetlat subscribers``: those who asked to be told."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from monitor.clock import Clock
from monitor.commands._folder import configured, takes_config
from monitor.config import Config
from monitor.sla.periods import instant
from monitor.store import Subscribers, open_subscribers
from monitor.table import did_you_mean
from monitor.telling.message import KINDS
from monitor.telling.receiver import WAYS, Wish, address_of


@click.group
def command() -> None:
    """Those who asked to be told. Their addresses are kept beside the record, and shown here only."""


@contextmanager
def _opened(config: Config) -> Iterator[Subscribers]:
    found = open_subscribers(config.storage.url.reveal(), Clock())
    try:
        yield found
    finally:
        found.close()


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="As JSON, one a line, for programs.")
@takes_config
def listed(as_json: bool, folder: Path) -> None:
    """Print each subscriber: name, address, language, and what they are told of."""
    with _opened(configured(folder)) as subscribers:
        every, gone = subscribers.every(), len(subscribers.endings())
    for each in every:
        if as_json:
            click.echo(json.dumps({"name": each.id, "since": instant(each.since), **each.wish.plain()}))
        else:
            about = f"{', '.join(each.wish.kinds)} of {', '.join(each.wish.components) or 'everything'}"
            click.echo(f"{each.id} {each.wish.way} {each.wish.address} {each.wish.language}: {about}")
    if not as_json:
        counts = Counter(each.wish.way for each in every)
        click.echo(", ".join(f"{n} {way}" for way, n in sorted(counts.items())) or "no subscribers")
        if gone:
            click.echo(f"{gone} ended by themselves; see: meetlat subscribers ended")


@command.command
@click.option("--json", "as_json", is_flag=True, help="As JSON, one a line, for programs.")
@takes_config
def ended(as_json: bool, folder: Path) -> None:
    """Print whose subscription ended in the last ninety days because nobody is there any more, by name, and why.

    A webhook ends by the answer 410; a mailbox when its server says of three messages one after the other that there is none. Who
    asks again is told again.
    """
    with _opened(configured(folder)) as subscribers:
        endings = subscribers.endings()
    for each in endings:
        if as_json:
            click.echo(json.dumps({"name": each.subscriber, "way": each.way, "at": instant(each.at), "why": each.why}))
        else:
            click.echo(f"{instant(each.at)} {each.subscriber} {each.way}: {each.why}")
    if not endings and not as_json:
        click.echo("none ended by themselves")


@command.command
@click.argument("addresses", nargs=-1, required=True, metavar="ADDRESS...")
@click.option("--way", type=click.Choice(WAYS), default="email", show_default=True, help="How they are told.")
@click.option("--language", help="In which language; the page's first otherwise.")
@click.option("--kind", "chosen", multiple=True, type=click.Choice(KINDS), help="Of what; of everything without it.")
@click.option("--component", "components", multiple=True, metavar="ID", help="Of which components; of all without it.")
@takes_config
def add(
    addresses: tuple[str, ...],
    way: str,
    language: str | None,
    chosen: tuple[str, ...],
    components: tuple[str, ...],
    folder: Path,
) -> None:
    """Subscribe addresses without a link, because you know that they asked for it. One that is there already is changed."""
    config = configured(folder)
    known = [each.id for each in config.components if not each.private]
    for name in components:
        if name not in known:
            raise click.UsageError(f"there is no component {name!r} that all may see; {did_you_mean(name, known)}")
    language = language or config.page.languages[0]
    if language not in config.page.languages:
        hint = did_you_mean(language, config.page.languages)
        raise click.UsageError(f"{language!r} is no language of the page; {hint}")
    reach = config.telling.sign_up.reach if config.telling.sign_up else ()
    try:
        checked = [address_of(way, each, is_plain_allowed=bool(reach)) for each in addresses]
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    with _opened(config) as subscribers:
        count = subscribers.add_all(Wish(way, each, language, chosen or KINDS, components) for each in checked)
    click.echo(f"{count} subscribed")


@command.command
@click.argument("wanted", nargs=-1, required=True, metavar="NAME|ADDRESS...")
@takes_config
def remove(wanted: tuple[str, ...], folder: Path) -> None:
    """End subscriptions, by name or by address."""
    with _opened(configured(folder)) as subscribers:
        found = [each for each in subscribers.every() if each.id in wanted or each.wish.address in wanted]
        count = sum(subscribers.remove(each.id) for each in found)
    click.echo(f"{count} ended")
    if not count:
        raise click.UsageError("there is no such subscriber")
