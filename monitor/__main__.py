"""The ``meetlat`` command. Each file in ``commands/`` is one subcommand."""

from __future__ import annotations

import logging
import sys
import time

import click

from monitor import commands, kinds
from monitor.store import StoreError
from monitor.table import ConfigError


class Commands(click.Group):
    """The folder ``commands`` as subcommands; each is imported only when it is used, so that starting stays fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The names in the folder."""
        return [name.replace("_", "-") for name in kinds.names(commands)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of that name, or None."""
        try:
            command: click.Command = kinds.load(commands, cmd_name.replace("-", "_")).command
        except LookupError:
            return None
        return command


@click.command(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start with:  meetlat check config  and then:  meetlat run config",
)
@click.version_option(package_name="meetlat", prog_name="meetlat")
@click.option("-v", "--verbose", is_flag=True, help="Log more.")
def cli(verbose: bool) -> None:
    """Meetlat measures endpoints, keeps the record, accounts the month, and publishes it.

    Everything is configured by TOML in one folder: meetlat.toml says what is probed and shown, agreements/*.toml what was
    promised.
    """
    logging.Formatter.converter = time.gmtime
    logging.basicConfig(
        level=logging.DEBUG if verbose else logging.INFO,
        format="%(asctime)sZ %(levelname)s %(name)s: %(message)s",
        datefmt="%Y-%m-%dT%H:%M:%S",
        stream=sys.stderr,
    )
    for library in ("apscheduler", "fontTools", "fpdf", "httpx", "httpcore", "alembic", "waitress", "asyncio"):
        logging.getLogger(library).setLevel(logging.WARNING)


def main() -> None:
    """Run the command. Exit codes: 0 done; 1 something is in the way (the record, the port); 2 the configuration is wrong."""
    try:
        cli.main(standalone_mode=False)
    except ConfigError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    except (StoreError, OSError) as error:
        click.echo(f"meetlat: {error}", err=True)
        sys.exit(1)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(130)


if __name__ == "__main__":
    main()
