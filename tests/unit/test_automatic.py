"""Incidents that open and close by themselves: of each outage one, until a person takes it over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from story import POLICY, Story, notice
from telling import T0

from monitor.incidents.automatic import DRAFT, OFF, Due, Policy
from monitor.incidents.event import Event, Said
from monitor.incidents.template import Template, spoken, titled
from monitor.incidents.together import merging
from monitor.timeline.record import Notice


def test_an_outage_opens_and_resolves_one_incident() -> None:
    """Not before the minimum; with the measured times, in each language of the page, said to be automatic."""
    story = Story()
    assert story.look(30, notice(0)) == Due(at=T0 + 60)
    assert story.look(60, notice(0)).at is None
    assert story.look(90, notice(0)).events == ()
    story.look(200, notice(0, 190))
    (found,) = story.book.incidents
    assert (found.id, found.phase, found.start, found.end) == ("api-0", "resolved", T0, T0 + 190)
    assert (found.impact, found.outages, found.is_own, found.backfilled) == ("critical", ("api-0",), True, False)
    assert found.titles == {"en": "Outage of API", "nl": "Storing van API"}
    assert all(set(each.texts) == {"en", "nl"} and each.said.automatic for each in story.events)
    assert story.look(300, notice(0, 190)).events == ()


@pytest.mark.parametrize(
    ("policy", "notices", "at"),
    [
        (POLICY, [notice(0, 59)], 100),
        (replace(POLICY, automatic=OFF), [notice(0)], 1000),
        (replace(POLICY, automatic=OFF), [notice(0, 500)], 1000),
    ],
)
def test_what_opens_nothing(policy: Policy, notices: Sequence[Notice], at: int) -> None:
    """An outage that was shorter than the minimum, and any where nobody asked for it."""
    assert Story(policy).look(at, *notices) == Due()


def test_an_outage_that_was_over_is_told_as_over() -> None:
    """By one event, marked as told afterwards, when nobody looked in between."""
    story = Story()
    story.look(500, notice(0, 400))
    (found,) = story.book.incidents
    assert ([each.step for each in found.events], found.backfilled, found.end) == (["resolved"], True, T0 + 400)


def test_what_begins_together_is_told_together() -> None:
    """Another component joins, and is said to be up again; the incident is over when all of them are. A later one stands alone."""
    story = Story()
    story.look(60, notice(0))
    story.look(180, notice(0), notice(100, component="web"))
    story.look(240, notice(0, 230), notice(100, component="web"))
    story.look(290, notice(0, 230), notice(100, 280, "web"))
    story.look(900, notice(600, component="web"))
    assert story.steps == [
        ("api-0", "investigating"), ("api-0", "investigating"), ("api-0", "investigating"), ("api-0", "resolved"),
        ("web-600", "investigating"),
    ]  # fmt: skip
    changes = [dict(each.said.components or {}) for each in story.events]
    assert changes == [{"api": "down"}, {"web": "down"}, {"api": "operational"}, {}, {"web": "down"}]
    found = story.book.incident("api-0")
    assert found
    assert (found.outages, found.end) == (("api-0", "web-100"), T0 + 280)
    assert (found.titles["en"], found.titles["nl"]) == ("Outage of API, Web", "Storing van API, Web")
    words = [each.texts["en"].partition(" This was")[0] for each in found.events]
    assert words[1:] == [
        "Down at this moment, as our monitor measures: API, Web.",
        "Down at this moment, as our monitor measures: Web.",
        "Up again, as our monitor measures: API, Web.",
    ]


def test_a_component_that_comes_back_down_joins_what_is_open() -> None:
    """However late: one trouble, one incident."""
    story = Story()
    story.look(180, notice(0), notice(100, component="web"))
    story.look(700, notice(0, 690), notice(100, component="web"))
    story.look(900, notice(0, 690), notice(100, component="web"), notice(800))
    story.look(999, notice(0, 690), notice(100, 990, "web"), notice(800))
    (found,) = story.book.open()
    assert found.components == {"api": "down", "web": "operational"}


def test_private_components_stand_alone() -> None:
    """Whatever begins with them: their names are in no other incident."""
    story = Story()
    story.look(180, notice(0), notice(10, component="inner"))
    assert [each.components for each in story.book.incidents] == [{"api": "down"}, {"inner": "down"}]
    other = Story()
    other.look(180, notice(0, component="inner"), notice(10))
    assert len(other.book.incidents) == 2


def test_what_goes_on_after_all_is_taken_back() -> None:
    """The same outage, the same incident, resolved once more; a person could not do that."""
    story = Story()
    story.look(100, notice(0))
    story.look(200, notice(0, 190))
    story.look(210, notice(0, at=205))
    assert [each.phase for each in story.book.incidents] == ["investigating"]
    story.look(300, notice(0, 290))
    (found,) = story.book.incidents
    assert (found.phase, found.end, found.backfilled) == ("resolved", T0 + 290, False)


def test_times_that_were_measured_otherwise_in_the_end_are_corrected() -> None:
    """The old ones are kept."""
    story = Story()
    story.look(100, notice(0))
    story.look(200, replace(notice(0, 190), start=T0 - 30))
    story.look(300, replace(notice(0, 290), start=T0 - 30))
    (found,) = story.book.incidents
    assert (found.start, found.end) == (T0 - 30, T0 + 290)
    assert [(each.what, each.old) for each in found.corrections] == [("start", T0), ("end", T0 + 190)]


@pytest.mark.parametrize("step", ["identified", "investigating", "resolved", "corrected"])
def test_a_person_takes_it_over(step: str) -> None:
    """From the first word on the monitor is silent about it: it resolves nothing, adds nothing, and opens no other."""
    story = Story()
    story.look(100, notice(0))
    story.say(step, 110, start=T0 - 5) if step == "corrected" else story.say(step, 110)
    for at, what in ((120, notice(0)), (200, notice(0, 190)), (230, notice(0, at=220)), (300, notice(0, 290))):
        assert story.look(at, what).events == ()


def test_who_only_acknowledges_takes_nothing_over() -> None:
    """Somebody works on it; that it is over is still told by itself."""
    story = Story()
    story.look(100, notice(0))
    story.say("acknowledged", 110)
    story.look(200, notice(0, 190))
    assert [each.phase for each in story.book.incidents] == ["resolved"]


def test_nothing_is_opened_beside_what_people_tell() -> None:
    """Of the component, at the time; also when they said that it was over while it went on."""
    story = Story()
    story.say("investigating", 20, "mine", titles={"en": "T"}, components={"api": "degraded"})
    assert story.look(100, notice(0)).events == ()
    story.say("resolved", 110, "mine")
    assert story.look(200, notice(0)).events == ()
    story.look(400, notice(300))
    assert story.steps[-1] == ("api-300", "investigating")


def test_who_opens_one_takes_over_what_tells_of_the_same() -> None:
    """What the monitor told is merged into it; of what it tells besides, it is not."""
    story = Story()
    story.look(100, notice(0), notice(0, component="inner"))
    story.say("identified", 110, "mine", titles={"en": "T"}, components={"api": "down", "web": "degraded"}, start=T0)
    one = story.book.incident("api-0")
    mine = story.book.incident("mine")
    assert one
    assert mine
    assert (one.phase, one.merged, mine.outages) == ("merged", "mine", ("api-0",))
    assert story.book.about("api", T0, None) == mine
    assert story.book.apart() == (mine, story.book.incident("inner-0"))
    assert story.look(200, notice(0, 190), notice(0, 190, "inner")).events[0].subject == "inner-0"
    assert len(story.look(300, notice(0, at=220), notice(0, 190, "inner")).events) == 0


def test_what_is_merged_by_hand_is_told_of_there() -> None:
    """Its components and outages go with it, and the monitor says no more of them."""
    story = Story()
    story.look(100, notice(0))
    story.say("investigating", 110, "mine", titles={"en": "T"}, components={"web": "down"})
    story.events += merging(story.book, "api-0", "mine", T0 + 120, "J")
    mine = story.book.incident("mine")
    assert mine
    assert (mine.components, mine.outages) == ({"web": "down", "api": "down"}, ("api-0",))
    assert story.look(200, notice(0, 190)).events == ()


def test_work_is_no_trouble() -> None:
    """While a component is under maintenance nothing is opened; when the outage outlasts that, it is."""
    story = Story()
    plan = Said({"en": "W"}, components={"api": "maintenance"}, start=T0 + 10, end=T0 + 500)
    story.events.append(Event("maintenance", "w", 1, T0, "J", "scheduled", {}, plan))
    assert story.look(100, notice(20)) == Due(at=T0 + 160)
    assert story.look(300, notice(20), notice(20, component="web")).events[0].subject == "web-20"
    assert story.look(400, notice(20, 390)).events == ()
    assert story.look(501, notice(20)).events[0].said.components == {"api": "down"}


def test_what_was_opened_is_resolved_when_the_policy_has_changed() -> None:
    """To drafts, or to nothing at all."""
    for way in (DRAFT, OFF):
        story = Story()
        story.look(100, notice(0))
        story.policy = replace(POLICY, automatic=way)
        story.look(200, notice(0, 190))
        assert story.steps[-1] == ("api-0", "resolved")


def test_a_template_says_it_in_the_words_of_the_provider() -> None:
    """What it leaves out is said in the usual words, and only in languages of the page."""
    own = Template("t", {"nl": "{components} hapert"}, {"nl": "Wij kijken.", "de": "Wir schauen."}, impact="major")
    story = Story(replace(POLICY, template=spoken(own, ("nl",))))
    story.look(100, notice(0))
    (found,) = story.book.incidents
    assert (found.titles, found.impact, found.events[0].texts) == (
        {"nl": "API hapert"},
        "major",
        {"nl": "Wij kijken."},
    )
    story.look(200, notice(0, 190))
    assert set(story.events[-1].texts) == {"nl"}
    assert spoken(own, ("fr",)).resolved.keys() == {"en"}


def test_titles_are_of_one_line_and_not_too_long() -> None:
    """However many components there are, and whatever they are called."""
    found = titled({"en": "Outage of {components}"}, ["x" * 150, "two\nlines {components}", "y" * 150])
    assert len(found["en"]) == 200
    assert found["en"].isprintable()
    assert "two lines {components}" in found["en"]
