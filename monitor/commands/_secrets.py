"""Taking what is secret out of what is shown, whoever said it."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from urllib.parse import quote

from monitor.probes import Probe
from monitor.table import Secret, secret_of

LONGEST = 300  # characters of one line


def without_secrets(lines: Iterable[str], probe: Probe, met: Iterable[str] = ()) -> list[str]:
    """The same lines, whoever said what is secret: also a target that says it back. Some secrets were ``met`` on the way."""
    hidden = sorted(
        {form for secret in (*_secrets(probe.secret()), *met) for form in _forms(secret)}, key=len, reverse=True
    )
    found: list[str] = []
    for line in lines:
        for each in hidden:
            line = line.replace(each, "***")  # noqa: PLW2901 -- one after the other
        found.append(_short(line if not line.endswith("…") else _without_beginnings(line, hidden)))
    return found


def _without_beginnings(line: str, hidden: Iterable[str]) -> str:
    """A line that was cut, perhaps in the middle of a secret."""
    text = line[:-1]
    cuts = [size for each in hidden for size in range(1, len(each)) if text.endswith(each[:size])]
    return f"{text[: len(text) - max(cuts)]}***…" if cuts else line


def _short(line: str) -> str:
    """What a target may have said at length. It is cut last, or the beginning of a secret would be left."""
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"


def _forms(secret: str) -> Iterator[str]:
    if len(secret) >= 3:  # a shorter one would take letters out of every word, and hide nothing
        yield from (secret, quote(secret, safe=""), base64.b64encode(secret.encode()).decode())


def _secrets(value: object) -> Iterator[str]:
    """Every secret in it, the lines of those that have several, and what is secret in an address, whether or not all of it is."""
    if isinstance(value, Secret):
        yield value.reveal()
        yield from value.reveal().splitlines()
        yield from value.hidden()
    elif is_dataclass(value) and not isinstance(value, type):
        for each in fields(value):
            yield from _secrets(getattr(value, each.name))
        yield from secret_of(str(getattr(value, "url", "")))
        user, password = getattr(value, "user", None), getattr(value, "password", None)
        if user is not None and isinstance(password, Secret):
            yield f"{user}:{password.reveal()}"
    elif isinstance(value, dict):
        for each in value.values():
            yield from _secrets(each)
    elif isinstance(value, tuple):
        for each in value:
            yield from _secrets(each)
