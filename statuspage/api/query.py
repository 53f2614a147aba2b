"""Parameters of a question, read strictly: whatever is not understood is said, all of it at once, and nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from monitor.timeline.span import Span

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)", re.ASCII)
DAY = 86_400


class QueryError(ValueError):
    """What is wrong with a question: each parameter with what is allowed."""

    def __init__(self, errors: Sequence[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{name}: {detail}" for name, detail in errors))
        self.errors = tuple(errors)


class Query:
    """The parameters of one question. Ask for each of them, then ``done``."""

    def __init__(self, given: Iterable[tuple[str, Sequence[str]]], known: Collection[str]) -> None:
        self._given: dict[str, str] = {}
        self._wrong: list[tuple[str, str]] = []
        for name, values in given:
            if name not in known:
                self._wrong.append((name[:60], f"there is no such parameter; there are: {', '.join(known) or 'none'}"))
            elif len(values) > 1:
                self._wrong.append((name, "is given more than once"))
            else:
                self._given[name] = values[0]

    def number(self, name: str, least: int, most: int) -> int | None:
        """A whole number."""
        text = self._given.get(name)
        if text is None:
            return None
        if not re.fullmatch("[0-9]{1,9}", text) or not least <= int(text) <= most:
            self._fault(name, f"allowed is a whole number from {least} to {most}")
            return None
        return int(text)

    def choice(self, name: str, allowed: Collection[str]) -> str | None:
        """One of these words."""
        text = self._given.get(name)
        if text is not None and text not in allowed:
            self._fault(name, f"allowed: {', '.join(allowed) or 'none'}")
        return text

    def place(self, name: str) -> int | None:
        """A place that an answer before this one named."""
        text = self._given.get(name)
        if text is None:
            return None
        if not re.fullmatch("[0-9a-z]{1,13}", text) or int(text, 36) >= 2**63:
            self._fault(name, "allowed is what the link to the next page holds")
            return None
        return int(text, 36)

    def span(self, now: int, usual: int, later: int = 0) -> Span:
        """``from`` and ``to``. Without ``to`` until now; without ``from`` the ``usual`` seconds ahead of that; never the future,
        but for the ``later`` seconds of what is planned.
        """
        begin, end = self._instant("from"), self._instant("to")
        end = now + 1 + later if end is None else min(end, now + 1 + later)
        begin = min(end, now + 1) - usual if begin is None else begin
        if begin >= end:
            self._fault("from", "allowed is an instant that has passed and lies ahead of `to`")
        else:
            return Span(begin, end)
        return Span(now, now + 1)

    def done(self) -> None:
        """QueryError when anything was wrong."""
        if self._wrong:
            raise QueryError(self._wrong)

    def _instant(self, name: str) -> int | None:
        text = self._given.get(name)
        if text is None:
            return None
        try:
            if INSTANT.fullmatch(text) and "1971" <= text[:4] < "9999":
                return int(datetime.fromisoformat(text).timestamp())
        except ValueError:
            pass
        self._fault(name, "allowed is an instant such as 2026-03-02T10:12:00Z")
        return None

    def _fault(self, name: str, detail: str) -> None:
        self._wrong.append((name, detail))
