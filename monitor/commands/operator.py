"""``meetlat operator``: who may operate."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from monitor.clock import Clock
from monitor.commands._folder import configured, takes_config
from monitor.commands._people import deed, people_of
from monitor.people import codes, passwords
from monitor.people.model import Operator, Role, operator_name, shown_name
from monitor.sla.periods import instant

LONGEST_SUBJECT = 255  # OpenID Connect Core 1.0, 2
ROLES = [str(each) for each in Role]
role_option = click.option("--role", type=click.Choice(ROLES), help="What they may do.")


@click.group
def command() -> None:
    """Say who may operate. There is no other way to make an operator, and none to begin with.

    A viewer sees; an operator tells customers; an owner sees the audit trail and ends tokens and sessions of others too.
    """


@command.command
@click.argument("name")
@click.option("--shown", help="Published as who said something; NAME otherwise.")
@click.option("--role", type=click.Choice(ROLES), default="operator", show_default=True, help="What they may do.")
@takes_config
def add(name: str, shown: str | None, role: str, folder: Path) -> None:
    """Make an operator. The password is asked for, or read from standard input."""
    with people_of(folder) as people:
        operator_name(name)
        fresh = Operator(name, shown_name(shown or name), Role(role), Clock().now(), False, False)
        password = passwords.check_new(_password(), name, fresh.shown)
        people.add(fresh, passwords.hashed(password), deed("operator added", name, role))
    click.echo(f"{name} is {role}; a second factor: meetlat operator totp {name}")


@command.command("list")
@takes_config
def list_(folder: Path) -> None:
    """List the operators."""
    with people_of(folder) as people:
        found = people.operators()
    for each in found:
        second = "with second factor" if each.has_code else "password only"
        state = "disabled" if each.is_disabled else second
        click.echo(f"{each.name:<16}  {each.role:<8}  {state:<18}  {instant(each.created)}  {each.shown}")
    if not found:
        click.echo("no operators; see: meetlat operator add --help")


@command.command
@click.argument("name")
@takes_config
def password(name: str, folder: Path) -> None:
    """Give an operator another password. All sessions end with the old one."""
    with people_of(folder) as people:
        hashed = passwords.hashed(passwords.check_new(_password(), name))
        people.change(name, deed("password changed", name), password=hashed)
    click.echo(f"{name} has another password; all sessions ended")


@command.command
@click.argument("name")
@click.argument("role", type=click.Choice(ROLES))
@takes_config
def role(name: str, role: str, folder: Path) -> None:
    """Give an operator another role. All sessions end."""
    with people_of(folder) as people:
        people.change(name, deed("role changed", name, role), role=role)
    click.echo(f"{name} is {role}")


@command.command
@click.argument("name")
@click.argument("shown")
@takes_config
def shown(name: str, shown: str, folder: Path) -> None:
    """Publish what an operator says under another name, from now on. All sessions end."""
    with people_of(folder) as people:
        people.change(name, deed("published name changed", name, shown), shown=shown_name(shown))
    click.echo(f"{name} is published as {shown}")


@command.command
@click.argument("name")
@takes_config
def disable(name: str, folder: Path) -> None:
    """Let an operator in no more. All sessions end, and tokens for which they stand open nothing."""
    with people_of(folder) as people:
        people.change(name, deed("disabled", name), disabled=True)
    click.echo(f"{name} is disabled")


@command.command
@click.argument("name")
@takes_config
def enable(name: str, folder: Path) -> None:
    """Let an operator in again."""
    with people_of(folder) as people:
        people.change(name, deed("enabled", name), disabled=False)
    click.echo(f"{name} is enabled")


@command.command
@click.argument("name")
@click.option("--off", is_flag=True, help="Take the second factor away.")
@takes_config
def totp(name: str, off: bool, folder: Path) -> None:
    """Give an operator a second factor: prints, this once, what an authenticator app reads. All sessions end."""
    secret = None if off else codes.fresh_secret()
    with people_of(folder) as people:
        people.change(name, deed("second factor " + ("removed" if off else "set"), name), secret=secret)
    if secret is None:
        click.echo(f"{name} needs a password only")
        return
    click.echo(f"{codes.address(secret, name, configured(folder).page.name)}\nkey: {secret}")


@command.command
@click.argument("name")
@click.argument("subject")
@takes_config
def link(name: str, subject: str, folder: Path) -> None:
    """Say that whom the provider in [admin.oidc] calls SUBJECT (its sub) is this operator, who may then log in there."""
    provider = configured(folder).admin.oidc
    if provider is None:
        raise click.UsageError("there is no table [admin.oidc]")
    if not 1 <= len(subject) <= LONGEST_SUBJECT or not subject.isprintable():
        raise click.UsageError(f"a subject is one line of 1 to {LONGEST_SUBJECT} characters")
    with people_of(folder) as people:
        people.link(name, provider.issuer, subject, deed("linked", name, f"{subject} of {provider.issuer}"))
    click.echo(f"{name} is {subject} of {provider.issuer}")


@command.command
@click.argument("name")
@takes_config
def unlink(name: str, folder: Path) -> None:
    """Take back what was linked to an operator. All sessions end."""
    with people_of(folder) as people:
        people.unlink(name, deed("unlinked", name))
    click.echo(f"{name} logs in with a password only")


def _password() -> str:
    """Typed twice at a terminal; one line of standard input otherwise."""
    if sys.stdin.isatty():
        typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
        return typed
    return sys.stdin.readline().rstrip("\r\n")
