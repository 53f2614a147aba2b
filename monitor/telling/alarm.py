"""What a rule makes of trouble, turn by turn: one alert for all that happens together, reminders while it goes on, a call to
others when nobody acknowledges, and the end of it.

1. Trouble that comes within ``together`` of the first is one alert; so is what is added or over later.
2. While we are blind nothing is said and nobody is called: nothing is known. Afterwards all that is still so is said.
3. Trouble of a component under announced maintenance is not said as long as that runs, and never when it ends before.
4. Outside of the hours of the rule no alert begins; what goes on when they begin is said then. One that was begun is finished.
5. Trouble that nobody speaks of any more, because its component is gone, is over.
6. Nobody waits longer because the clock was set back: what was noted for later than now was noted now.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from monitor.telling.rule import Rule
from monitor.telling.trouble import Trouble

OPENED, CHANGED, REMINDED, ESCALATED, RECOVERED, PASSED = (
    "opened",
    "changed",
    "reminded",
    "escalated",
    "recovered",
    "passed",
)


STEPS = {(False, True): OPENED, (False, False): PASSED, (True, True): CHANGED, (True, False): RECOVERED}


@dataclass(frozen=True)
class Heard:
    """Trouble as the rule saw it last: since when it knows of it, when it said so first, and when it saw it end."""

    trouble: Trouble
    since: int
    told: int | None = None
    over: int | None = None

    def until(self, now: int) -> Heard:
        """The same as it can be at that second."""
        told = None if self.told is None else min(self.told, now)
        return Heard(self.trouble, min(self.since, now), told, None if self.over is None else min(self.over, now))


@dataclass(frozen=True)
class Alarm:
    """Where a rule stands. ``begun`` is when the alert that goes on was first told, ``last`` when anything of it was. ``name`` is
    its own for ever; ``count`` is how many alerts there were.
    """

    heard: Mapping[str, Heard] = field(default_factory=dict)
    begun: int | None = None
    last: int = 0
    level: int = 0
    said: int = 0
    reached: tuple[str, ...] = ()
    name: str = ""
    count: int = 0

    def until(self, now: int) -> Alarm:
        """The same as it can be at that second."""
        heard = {key: each.until(now) for key, each in self.heard.items()}
        begun = None if self.begun is None else min(self.begun, now)
        return replace(self, heard=heard, begun=begun, last=min(self.last, now))

    def plain(self) -> dict[str, Any]:
        """As values of JSON."""
        rows = [(each.trouble.plain(), each.since, each.told, each.over) for each in self.heard.values()]
        return {
            "heard": rows,
            "begun": self.begun,
            "last": self.last,
            "level": self.level,
            "said": self.said,
            "reached": list(self.reached),
            "name": self.name,
            "count": self.count,
        }

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Alarm:
        """The opposite of ``plain``; also of what was kept before alerts had names, when they were called by their beginning."""
        begun, name = plain["begun"], plain.get("name")
        heard: dict[str, Heard] = {}
        for trouble, since, told, over in plain["heard"]:
            at = told if name is not None else begun if told else None
            heard[trouble["key"]] = Heard(Trouble.of(trouble), since, at, over)
        name = name if name is not None else "" if begun is None else str(begun)
        numbers = (begun, plain["last"], plain["level"], plain["said"])
        return cls(heard, *numbers, tuple(plain["reached"]), name, plain.get("count", 0))


@dataclass(frozen=True)
class Alert:
    """What is to be said to these channels. ``step`` is one of those above; ``passed`` is what was over before it was told. All
    that is said of one alert has its ``name``.
    """

    key: str
    name: str
    rule: str
    step: str
    at: int
    begun: int
    channels: tuple[str, ...]
    fresh: tuple[Trouble, ...] = ()
    over: tuple[Trouble, ...] = ()
    going_on: tuple[Trouble, ...] = ()

    @property
    def troubles(self) -> tuple[Trouble, ...]:
        """All that it speaks of."""
        return (*self.fresh, *self.going_on, *self.over)

    @property
    def severity(self) -> str:
        """Of the worst of it."""
        return min(each.severity for each in self.troubles)


@dataclass(frozen=True)
class Quiet:
    """What keeps a rule from speaking: blindness, and the components that are under announced maintenance."""

    is_blind: bool = False
    maintained: Collection[str] = ()

    def covers(self, trouble: Trouble) -> bool:
        """Whether all of it is under maintenance."""
        return set(trouble.components) <= set(self.maintained)


def turn(
    rule: Rule, alarm: Alarm, troubles: Mapping[str, Trouble], quiet: Quiet, now: int
) -> tuple[Alarm, tuple[Alert, ...]]:
    """Where the rule stands next, and what it says now. ``troubles`` is all that goes on, and what ended since the last turn."""
    alarm = alarm.until(now)
    alarm = replace(alarm, heard=_listened(rule, alarm, troubles, quiet, now))
    if quiet.is_blind:
        return alarm, ()
    alarm, news = _news(rule, alarm, now)
    alarm, calls = _calls(rule, alarm, quiet, now)
    return alarm, (*news, *calls)


def _listened(
    rule: Rule, alarm: Alarm, troubles: Mapping[str, Trouble], quiet: Quiet, now: int
) -> dict[str, Heard]:  # fmt: skip
    heard: dict[str, Heard] = {}
    for key, before in alarm.heard.items():
        trouble = troubles.get(key)
        if trouble is None:
            trouble = replace(before.trouble, end=before.trouble.end or now)
        over = None if trouble.end is None else now if before.over is None else before.over
        if before.told is not None or not quiet.covers(
            trouble
        ):  # what was not told yet is forgotten while there is work on it
            heard[key] = replace(before, trouble=trouble, over=over)
    for key, trouble in troubles.items():
        starts = rule.speaks_of(trouble) and not quiet.covers(trouble) and not quiet.is_blind
        if key not in alarm.heard and starts and (rule.is_awake(now) or alarm.begun is not None):
            heard[key] = Heard(trouble, now, over=None if trouble.end is None else now)
    return heard


def _news(rule: Rule, alarm: Alarm, now: int) -> tuple[Alarm, tuple[Alert, ...]]:
    """What changed, once nothing more is waited for."""
    fresh = [each for each in alarm.heard.values() if each.told is None]
    over = [each for each in alarm.heard.values() if each.told is not None and each.over is not None]
    moments = [each.since for each in fresh] + [each.over for each in over if each.over is not None]
    still = [each for each in alarm.heard.values() if each.over is None]
    is_end = alarm.begun is not None and not still
    if not moments or (now - min(moments) < rule.together and not (is_end and not fresh)):
        return alarm, ()
    step = STEPS[alarm.begun is not None, bool(still)]
    begun, name, count = alarm.begun, alarm.name, alarm.count
    if begun is None:
        begun, name, count = now, f"{now}.{count + 1}", count + 1
    reached = tuple(dict.fromkeys((*alarm.reached, *rule.channels)))
    alert = Alert(
        f"alert/{rule.id}/{name}/{alarm.said}",
        f"{rule.id}/{name}",
        rule.id,
        step,
        now,
        begun,
        reached,
        tuple(each.trouble for each in fresh),
        tuple(each.trouble for each in over),
        tuple(each.trouble for each in still if each.told is not None),
    )
    if not still:
        return Alarm(count=count), (alert,) if rule.recovery or step == PASSED else ()
    kept = {
        key: replace(each, told=now if each.told is None else each.told)
        for key, each in alarm.heard.items()
        if each.over is None
    }
    is_anew = bool(fresh) and all(each.trouble.is_acknowledged for each in still if each.told is not None)
    level = 0 if is_anew else alarm.level
    return Alarm(kept, begun, now, level, alarm.said + 1, reached, name, count), (alert,)


def _calls(rule: Rule, alarm: Alarm, quiet: Quiet, now: int) -> tuple[Alarm, tuple[Alert, ...]]:
    """Others are called when nobody has acknowledged, and those who know are reminded."""
    open_ones = [each for each in alarm.heard.values() if each.told is not None and each.over is None]
    open_ones = [each for each in open_ones if not quiet.covers(each.trouble)]
    mine = tuple(each.trouble for each in open_ones)
    if alarm.begun is None or not mine:
        return alarm, ()
    key, name = f"alert/{rule.id}/{alarm.name}/{alarm.said}", f"{rule.id}/{alarm.name}"
    waits = [now - each.told for each in open_ones if each.told is not None and not each.trouble.is_acknowledged]
    if waits and alarm.level < len(rule.escalate) and max(waits) >= rule.escalate[alarm.level].after:
        channels = rule.escalate[alarm.level].channels
        reached = tuple(dict.fromkeys((*alarm.reached, *channels)))
        alert = Alert(key, name, rule.id, ESCALATED, now, alarm.begun, channels, going_on=mine)
        return replace(alarm, level=alarm.level + 1, said=alarm.said + 1, reached=reached), (alert,)
    if rule.remind is not None and now - alarm.last >= rule.remind:
        alert = Alert(key, name, rule.id, REMINDED, now, alarm.begun, alarm.reached, going_on=mine)
        return replace(alarm, last=now, said=alarm.said + 1), (alert,)
    return alarm, ()
