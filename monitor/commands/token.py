"""``meetlat token``: what programs show in the place of a password."""

from __future__ import annotations

from pathlib import Path

import click

from monitor.clock import Clock
from monitor.commands._folder import takes_config
from monitor.commands._people import deed, people_of
from monitor.people import keys
from monitor.people.model import Scope, Token, operator_name, shown_name
from monitor.sla.periods import instant

DAY = 86_400


@click.group
def command() -> None:
    """Give programs a token for the API of the admin, and end it."""


@command.command
@click.argument("name")
@click.option(
    "--operator", "owner", required=True, help="Who stands for it: it dies with them and may do no more than they."
)
@click.option("--scope", "scopes", multiple=True, required=True, type=click.Choice([str(each) for each in Scope]))
@click.option("--by", help="Published as who said something; the operator's own otherwise.")
@click.option("--days", type=click.IntRange(1, 3650), help="How long it is good; for ever otherwise.")
@takes_config
def new(name: str, owner: str, scopes: tuple[str, ...], by: str | None, days: int | None, folder: Path) -> None:
    """Make a token called NAME, and print it this once."""
    key, now = keys.fresh_token(), Clock().now()
    with people_of(folder) as people:
        operator_name(name)
        operator = people.operator(owner)
        if operator is None or operator.is_disabled:
            raise click.UsageError(f"there is no operator {owner!r} who may stand for it")
        if any(each.id == name for each in people.tokens()):
            raise click.UsageError(f"there is or was a token {name!r} already")
        wanted = tuple(each for each in Scope if each in scopes)
        beyond = [str(each) for each in wanted if not operator.role.covers(each.needs)]
        if beyond:
            raise click.UsageError(f"{owner} is {operator.role} and may not do what is in {', '.join(beyond)}")
        expires = None if days is None else now + days * DAY
        token = Token(name, owner, shown_name(by or operator.shown), wanted, now, expires, None, None)
        people.add_token(token, keys.digest(key), deed("token made", name, f"for {owner}: {' '.join(wanted)}"))
    click.echo(key)


@command.command("list")
@takes_config
def list_(folder: Path) -> None:
    """List the tokens: never what opens, only what for."""
    now = Clock().now()
    with people_of(folder) as people:
        found = people.tokens()
    for each in found:
        state = "revoked" if each.revoked is not None else "good" if each.is_good(now) else "over"
        used = "never used" if each.used is None else f"used {instant(each.used)}"
        click.echo(f"{each.id:<16}  {state:<8}  {each.operator:<12}  {' '.join(each.scopes)}  {used}")
    if not found:
        click.echo("no tokens")


@command.command
@click.argument("name")
@takes_config
def revoke(name: str, folder: Path) -> None:
    """End a token, at once."""
    with people_of(folder) as people:
        people.revoke(name, Clock().now(), deed("token revoked", name))
    click.echo(f"{name} opens nothing any more")
