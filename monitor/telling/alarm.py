"""What a rule makes of trouble, turn by turn: one alert for all that happens together, reminders while it goes on, a call to
others when nobody acknowledges, and the end of it.

1. Trouble that comes within ``together`` of the first is one alert; so is what is added or over later.
2. While we are blind nothing is said and nobody is called: nothing is known. Afterwards all that is still so is said.
3. Trouble of a component under announced maintenance is not said as long as that runs, and never when it ends before.
4. Outside of the hours of the rule no alert begins; what goes on when they begin is said then. One that was begun is finished.
5. Trouble that nobody speaks of any more, because its component is gone, is over.
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
    """Trouble as the rule saw it last: since when it knows of it, whether it said so, and when it saw it end."""

    trouble: Trouble
    since: int
    told: bool = False
    over: int | None = None


@dataclass(frozen=True)
class Alarm:
    """Where a rule stands. ``begun`` is when the alert that goes on was first told, ``last`` when anything of it was."""

    heard: Mapping[str, Heard] = field(default_factory=dict)
    begun: int | None = None
    last: int = 0
    level: int = 0
    said: int = 0
    reached: tuple[str, ...] = ()

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
        }

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Alarm:
        """The opposite of ``plain``."""
        heard = (Heard(Trouble.of(trouble), *rest) for trouble, *rest in plain["heard"])
        numbers = (plain["begun"], plain["last"], plain["level"], plain["said"])
        return cls({each.trouble.key: each for each in heard}, *numbers, tuple(plain["reached"]))


@dataclass(frozen=True)
class Alert:
    """What is to be said to these channels. ``step`` is one of those above; ``passed`` is what was over before it was told."""

    key: str
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
        if before.told or not quiet.covers(trouble):  # what was not told yet is forgotten while there is work on it
            heard[key] = replace(before, trouble=trouble, over=over)
    for key, trouble in troubles.items():
        starts = rule.speaks_of(trouble) and not quiet.covers(trouble) and not quiet.is_blind
        if key not in alarm.heard and starts and (rule.is_awake(now) or alarm.begun is not None):
            heard[key] = Heard(trouble, now, over=None if trouble.end is None else now)
    return heard


def _news(rule: Rule, alarm: Alarm, now: int) -> tuple[Alarm, tuple[Alert, ...]]:
    """What changed, once nothing more is waited for."""
    fresh = [each for each in alarm.heard.values() if not each.told]
    over = [each for each in alarm.heard.values() if each.told and each.over is not None]
    moments = [each.since for each in fresh] + [each.over for each in over if each.over is not None]
    still = [each for each in alarm.heard.values() if each.over is None]
    is_end = alarm.begun is not None and not still
    if not moments or (now - min(moments) < rule.together and not (is_end and not fresh)):
        return alarm, ()
    step = STEPS[alarm.begun is not None, bool(still)]
    begun = now if alarm.begun is None else alarm.begun
    reached = tuple(dict.fromkeys((*alarm.reached, *rule.channels)))
    alert = Alert(
        f"alert/{rule.id}/{begun}/{alarm.said}",
        rule.id,
        step,
        now,
        begun,
        reached,
        tuple(each.trouble for each in fresh),
        tuple(each.trouble for each in over),
        tuple(each.trouble for each in still if each.told),
    )
    if not still:
        return Alarm(), (alert,) if rule.recovery or step == PASSED else ()
    kept = {key: replace(each, told=True) for key, each in alarm.heard.items() if each.over is None}
    level = 0 if fresh and step == CHANGED and _all_acknowledged(alarm) else alarm.level
    return Alarm(kept, begun, now, level, alarm.said + 1, reached), (alert,)


def _all_acknowledged(alarm: Alarm) -> bool:
    told = [each for each in alarm.heard.values() if each.told and each.over is None]
    return bool(told) and all(each.trouble.is_acknowledged for each in told)


def _calls(rule: Rule, alarm: Alarm, quiet: Quiet, now: int) -> tuple[Alarm, tuple[Alert, ...]]:
    """Others are called when nobody has acknowledged, and those who know are reminded."""
    open_ones = [each.trouble for each in alarm.heard.values() if each.told and each.over is None]
    mine = tuple(each for each in open_ones if not quiet.covers(each))
    if alarm.begun is None or not mine:
        return alarm, ()
    key = f"alert/{rule.id}/{alarm.begun}/{alarm.said}"
    nobody = any(not each.is_acknowledged for each in mine)
    if nobody and alarm.level < len(rule.escalate) and now - alarm.begun >= rule.escalate[alarm.level].after:
        channels = rule.escalate[alarm.level].channels
        reached = tuple(dict.fromkeys((*alarm.reached, *channels)))
        alert = Alert(key, rule.id, ESCALATED, now, alarm.begun, channels, going_on=mine)
        return replace(alarm, level=alarm.level + 1, said=alarm.said + 1, reached=reached), (alert,)
    if rule.remind is not None and now - alarm.last >= rule.remind:
        alert = Alert(key, rule.id, REMINDED, now, alarm.begun, alarm.reached, going_on=mine)
        return replace(alarm, last=now, said=alarm.said + 1), (alert,)
    return alarm, ()
