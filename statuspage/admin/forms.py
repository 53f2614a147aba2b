"""What a form of the admin says, as a wish. Pure; StepError for what cannot be meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from monitor.incidents.event import StepError
from monitor.saying import Wish
from monitor.table import duration

SUBJECT = re.compile(r"[a-z0-9][a-z0-9-]{0,120}")
When = Callable[[str, str], int]  # a time as it was written, and what it is called


def leads(words: Iterable[str]) -> tuple[int, ...]:
    """Durations such as ``1d`` and ``2h``, in seconds. StepError for what is none."""
    try:
        return tuple(duration(word) // 1000 for word in words)
    except ValueError as error:
        raise StepError(str(error)) from error


@dataclass(frozen=True)
class Form:
    """The fields of a form, and how a time is read that was written on the clocks of the page."""

    fields: Mapping[str, str]
    when: When

    def text(self, name: str) -> str:
        """One field, without what stands around it. Browsers end lines as in mails."""
        return self.fields.get(name, "").replace("\r\n", "\n").strip()

    def named(self, kind: str) -> dict[str, str]:
        """``title.en``, ``title.nl`` as a mapping by what follows the dot; empty ones left out."""
        start = kind + "."
        found = {name.removeprefix(start): self.text(name) for name in self.fields if name.startswith(start)}
        return {name: text for name, text in found.items() if text}

    def time(self, name: str) -> int | None:
        """A time; None when none was given."""
        text = self.text(name)
        return self.when(text, name) if text else None

    def number(self, name: str) -> int | None:
        """A whole number; None when none was given."""
        text = self.text(name)
        if text and not re.fullmatch("[0-9]{1,9}", text):
            raise StepError(f"{name} is no number")
        return int(text) if text else None

    def subject(self) -> str:
        """The name that the form was given for what it makes, so that sending it twice makes it once."""
        name = self.text("subject")
        if not SUBJECT.fullmatch(name):
            raise StepError("the form has no name for what it makes")
        return name

    def words(self) -> Wish:
        """What of it can be read whatever else cannot: what stands in the form again when the whole of it cannot be meant."""
        return Wish(
            step=self.text("step"),
            titles=self.named("title"),
            texts=self.named("text"),
            components=self.named("component"),
            impact=self.text("impact") or None,
            severity=self.text("severity") or None,
            start=self._time_if_any("start"),
            end=self._time_if_any("end"),
            announced=self._time_if_any("announced"),
            kind=self.text("kind") or None,
            outage=self.text("outage") or None,
            into=self.text("into") or None,
            repeat=self.text("repeat") or None,
        )

    def wish(self) -> Wish:
        """All of it."""
        start, end, announced = (self.time(name) for name in ("start", "end", "announced"))
        remind = leads(self.text("remind").split())
        return replace(self.words(), start=start, end=end, announced=announced, remind=remind)

    def _time_if_any(self, name: str) -> int | None:
        try:
            return self.time(name)
        except StepError:
            return None
