"""What a rule of the operators makes of trouble: told once, together, quietly when asked, and to others when nobody answers."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from monitor.sla.hours import Calendar, Hours
from monitor.telling.alarm import Alarm, Alert, Quiet, turn
from monitor.telling.rule import Level, Rule
from monitor.telling.trouble import Trouble

T0 = 1_767_225_600  # a Thursday, midnight
RULE = Rule("all", ("ops",), together=20)


def down(name: str = "api", start: int = T0, end: int | None = None, **more: object) -> Trouble:
    """An outage of a component."""
    return replace(Trouble(f"outage/{name}-1", "outage", (name,), start, end, "P1", reason="timeout"), **more)  # type: ignore[arg-type]


class Story:
    """Turns of one rule, second by second."""

    def __init__(self, rule: Rule = RULE) -> None:
        self.rule = rule
        self.alarm = Alarm()
        self.said: list[Alert] = []

    def at(self, now: int, *troubles: Trouble, blind: bool = False, work: tuple[str, ...] = ()) -> list[str]:
        """What is said ``now`` seconds after T0, with its channels."""
        found = {each.key: each for each in troubles}
        # Kept and read back each time: a restart at any moment changes nothing.
        self.alarm = Alarm.of(json.loads(json.dumps(self.alarm.plain())))
        self.alarm, alerts = turn(self.rule, self.alarm, found, Quiet(blind, frozenset(work)), T0 + now)
        self.said += alerts
        return [f"{each.step} {' '.join(each.channels)}" for each in alerts]

    def is_quiet(self) -> bool:
        """Whether nothing goes on."""
        return replace(self.alarm, count=0) == Alarm()


def test_many_within_a_short_time_are_one_alert() -> None:
    """A hundred components that go down together are told once, with all of them in it; and are once told to be over."""
    story, many = Story(), [down(f"c{i}") for i in range(100)]
    assert story.at(0, many[0]) == []
    assert story.at(10, *many) == []
    assert story.at(20, *many) == ["opened ops"]
    assert len(story.said[0].fresh) == 100
    assert story.at(21, *many) == []
    over = [replace(each, end=T0 + 30) for each in many]
    assert story.at(30, *over) == ["recovered ops"]
    assert story.is_quiet()


def test_what_changes_later_is_told_with_what_goes_on() -> None:
    """One more and one less are one message; the last end is told at once."""
    story = Story()
    story.at(0, down("a"), down("b"))
    assert story.at(20, down("a"), down("b")) == ["opened ops"]
    assert story.at(60, down("a", end=T0 + 60), down("b"), down("c")) == []
    assert story.at(80, down("b"), down("c")) == ["changed ops"]
    alert = story.said[-1]
    assert [each.components for each in (*alert.fresh, *alert.over, *alert.going_on)] == [("c",), ("a",), ("b",)]
    assert story.at(90, down("b", end=T0 + 90), down("c", end=T0 + 90)) == ["recovered ops"]


def test_what_was_over_before_it_was_told_is_one_message() -> None:
    """Also when it began and ended while no teller ran."""
    story = Story()
    assert story.at(0, down(end=T0)) == []
    assert story.at(20) == ["passed ops"]
    assert story.is_quiet()


def test_reminders_come_while_it_goes_on_and_stop_with_it() -> None:
    """Each hour once."""
    story = Story(replace(RULE, remind=3600))
    story.at(0, down())
    story.at(20, down())
    said = [at for at in range(21, 3 * 3600 + 60, 60) if story.at(at, down())]
    assert len(said) == 3
    assert story.at(20_000, down(end=T0 + 20_000)) == ["recovered ops"]
    assert story.at(30_000) == []


def test_others_are_called_when_nobody_acknowledges() -> None:
    """Each level at its time; not after somebody has acknowledged; and who was called hears that it is over."""
    rule = replace(RULE, escalate=(Level(900, ("boss",)), Level(1800, ("chief",))))
    story = Story(rule)
    story.at(0, down())
    story.at(20, down())
    assert story.at(919, down()) == []
    assert story.at(920, down()) == ["escalated boss"]
    assert story.at(1900, down(is_acknowledged=True)) == []
    assert story.at(1901, down(end=T0 + 1901)) == ["recovered ops boss"]
    story = Story(rule)
    story.at(0, down(is_acknowledged=True))
    story.at(20, down(is_acknowledged=True))
    assert story.at(5000, down(is_acknowledged=True)) == []


def test_blindness_is_quiet() -> None:
    """Nothing begins, nobody is reminded or called; what is still so afterwards is told then."""
    story = Story(replace(RULE, remind=60, escalate=(Level(60, ("boss",)),)))
    assert story.at(0, down(), blind=True) == []
    assert story.at(100, down(), blind=True) == []
    assert story.at(101, down()) == []
    assert story.at(121, down()) == ["opened ops"]
    assert story.at(500, down(), blind=True) == []
    assert story.at(501, down()) == ["escalated boss"]


def test_announced_maintenance_is_quiet() -> None:
    """What goes wrong within is told only if it goes on afterwards; what was told before is not repeated meanwhile."""
    story = Story(replace(RULE, remind=60))
    assert story.at(0, down(), work=("api",)) == []
    assert story.at(60, down(end=T0 + 60), work=("api",)) == []
    assert story.at(100) == []
    assert story.at(200, down(), work=("api",)) == []
    assert story.at(300, down()) == []
    assert story.at(320, down()) == ["opened ops"]
    assert story.at(500, down(), work=("api",)) == []
    assert story.at(501, down()) == ["reminded ops"]


def test_a_rule_speaks_of_its_own() -> None:
    """Of these components, this severe, of this kind; not of an incident whose outages it tells of."""
    rule = replace(RULE, components=frozenset({"api"}), severity="P2")
    assert rule.speaks_of(down())
    assert not rule.speaks_of(down("web"))
    assert not rule.speaks_of(down(severity="P3"))
    incident = Trouble("incident/x", "incident", ("api",), T0, None, "P1", title="Slow", covers=("outage/api-1",))
    assert not rule.speaks_of(incident)
    assert rule.speaks_of(replace(incident, covers=()))
    assert replace(rule, kinds=("incident",)).speaks_of(incident)


def test_an_alert_begins_within_its_hours() -> None:
    """What began at night is told when the calendar opens, if it goes on; one that was begun is finished at any hour."""
    hours = Hours("UTC", Calendar("office", fri=((9 * 3600, 17 * 3600),)))
    story, friday = Story(replace(RULE, hours=hours)), 86_400
    assert story.at(0, down()) == []
    assert story.at(friday + 9 * 3600 - 1, down()) == []
    assert story.at(friday + 9 * 3600, down()) == []
    assert story.at(friday + 9 * 3600 + 20, down()) == ["opened ops"]
    assert story.at(friday + 23 * 3600, down(end=T0)) == ["recovered ops"]


def test_a_component_that_is_gone_is_over() -> None:
    """Trouble that nobody speaks of any more ends the alert."""
    story = Story()
    story.at(0, down())
    story.at(20, down())
    assert story.at(50) == ["recovered ops"]


def test_without_recovery_nobody_hears_the_end() -> None:
    """And the next trouble is an alert of its own."""
    story = Story(replace(RULE, recovery=False))
    story.at(0, down())
    story.at(20, down())
    assert story.at(30, down(end=T0 + 30)) == []
    story.at(40, down("web"))
    assert story.at(60, down("web")) == ["opened ops"]
    assert story.said[0].key != story.said[1].key


def test_alerts_of_one_second_are_two() -> None:
    """One that begins in the second in which another began and ended has a key and a name of its own."""
    story = Story(replace(RULE, together=0))
    assert story.at(0, down("a")) == ["opened ops"]
    assert story.at(0, down("a", end=T0)) == ["recovered ops"]
    assert story.at(0, down("b")) == ["opened ops"]
    assert len({each.key for each in story.said}) == 3
    assert len({each.name for each in story.said}) == 2


def test_fresh_trouble_has_its_own_time_to_be_acknowledged() -> None:
    """When what went on is acknowledged or over, others are called once nobody answered for the fresh one, not at once."""
    rule, known = replace(RULE, together=0, escalate=(Level(900, ("boss",)),)), down("a", is_acknowledged=True)
    story = Story(rule)
    assert story.at(0, known) == ["opened ops"]
    assert story.at(5000, known, down("b")) == ["changed ops"]
    assert story.at(5899, known, down("b")) == []
    assert story.at(5900, known, down("b")) == ["escalated boss"]
    story = Story(rule)
    assert story.at(0, down("a")) == ["opened ops"]
    assert story.at(800, down("a", end=T0 + 800), down("b")) == ["changed ops"]
    assert story.at(1699, down("b")) == []
    assert story.at(1700, down("b")) == ["escalated boss"]


def test_what_was_kept_before_alerts_had_names_goes_on() -> None:
    """It is called by its beginning, and was told then."""
    story = Story()
    story.at(0, down())
    story.at(20, down())
    old = story.alarm.plain()
    old["heard"] = [(trouble, since, told is not None, over) for trouble, since, told, over in old["heard"]]
    for key in ("name", "count"):
        del old[key]
    alarm = Alarm.of(json.loads(json.dumps(old)))
    assert alarm.name == str(T0 + 20)
    assert [each.told for each in alarm.heard.values()] == [T0 + 20]


Moves = list[tuple[str, str, int]]
MOVES = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from(("down", "up", "known")), st.integers(1, 90)), max_size=40
)


@given(MOVES)
def test_nobody_is_called_before_there_was_time_to_acknowledge(moves: Moves) -> None:
    """Each call comes when something that nobody acknowledged was told so long ago as the rule says, and not sooner."""
    times = {"boss": 60, "chief": 120}
    story = Story(replace(RULE, escalate=tuple(Level(after, (name,)) for name, after in times.items())))
    now = 0
    going: dict[str, Trouble] = {}
    told: dict[str, int] = {}
    for name, move, pause in moves:
        over = []
        if move == "down":
            going.setdefault(name, down(name, T0 + now, key=f"outage/{name}-{now}"))
        elif move == "known" and name in going:
            going[name] = replace(going[name], is_acknowledged=True)
        elif move == "up" and name in going:
            over = [replace(going.pop(name), end=T0 + now)]
        for second in range(now, now + pause):
            before = len(story.said)
            story.at(second, *going.values(), *(over if second == now else []))
            for alert in story.said[before:]:
                told |= {each.key: alert.at for each in alert.fresh}
                if alert.step == "escalated":
                    waited = [alert.at - told[each.key] for each in alert.going_on if not each.is_acknowledged]
                    assert max(waited) >= times[alert.channels[0]]
        now += pause


@given(st.lists(st.integers(-100_000, 100_000), max_size=6), st.integers(0, 30))
def test_a_clock_that_is_set_back_mutes_nothing(jumps: list[int], together: int) -> None:
    """However the clock jumped: what goes on is told as soon as it runs for that long, is reminded of and called about."""
    rule = replace(RULE, together=together, remind=600, escalate=(Level(300, ("boss",)),))
    story, now = Story(rule), 0
    for jump in jumps:
        now += jump
        story.at(now, down())
    story.at(now, down())
    story.at(now + together, down())
    assert story.alarm.begun is not None
    story.at(now + together + 300, down())
    assert any(each.step == "escalated" for each in story.said)
    reminded = [each.step for each in story.said].count("reminded")
    story.at(now + together + 900, down())
    story.at(now + together + 900, down())
    assert [each.step for each in story.said].count("reminded") > reminded
    assert len({each.key for each in story.said}) == len(story.said)
    assert len({each.name for each in story.said}) == 1


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.booleans(), st.integers(-40, 40)), max_size=40), st.integers(0, 30)
)
def test_each_alert_that_is_opened_is_closed_once(moves: list[tuple[str, bool, int]], together: int) -> None:
    """Whatever happens, wherever the clock jumps: they take turns, no key comes twice, and when all trouble ends that is told."""
    story, now = Story(replace(RULE, together=together)), 0
    going: dict[str, Trouble] = {}
    for name, is_down, pause in moves:
        now += pause
        over = []
        if is_down:
            going.setdefault(name, down(name, T0 + now))
        elif name in going:
            over = [replace(going.pop(name), end=T0 + now)]
        story.at(now, *going.values(), *over)
        story.at(now + 1, *going.values())
        now += 1
    over = [replace(each, end=T0 + now) for each in going.values()]
    story.at(now + 1, *over)
    story.at(now + 1000)
    steps = [each.step for each in story.said if each.step in ("opened", "recovered")]
    assert steps == ["opened", "recovered"] * (len(steps) // 2)
    keys = [each.key for each in story.said]
    assert len(keys) == len(set(keys))
    assert story.is_quiet()
