"""Drafts of what was measured: kept, published by a person, discarded, and waited for no longer."""

from __future__ import annotations

from dataclasses import replace

from story import POLICY, Story, notice
from telling import T0

from monitor.incidents.automatic import DRAFT, Due
from monitor.incidents.drafts import DISCARDED, published, waiting
from monitor.incidents.event import Event, Said


def test_drafts_are_kept_and_not_published() -> None:
    """One for each outage; it follows the outage until a person publishes it, and is theirs from then on."""
    story = Story(replace(POLICY, automatic=DRAFT))
    story.look(100, notice(0))
    assert story.events == []
    (draft,) = waiting(story.drafts, story.book)
    assert (draft.id, draft.phase) == ("api-0", "investigating")
    story.events.append(published(draft, T0 + 150, "J. Jansen"))
    (found,) = story.book.incidents
    assert (found.opened, found.start, found.is_own, found.titles) == (T0 + 150, T0, False, draft.titles)
    assert waiting(story.drafts, story.book) == ()
    assert story.look(200, notice(0, 190)) == Due()


def test_a_draft_of_what_is_over_is_published_as_over() -> None:
    """With its times, as told afterwards."""
    story = Story(replace(POLICY, automatic=DRAFT))
    story.look(100, notice(0))
    story.look(200, notice(0, 190))
    (draft,) = waiting(story.drafts, story.book)
    story.events.append(published(draft, T0 + 500, "J. Jansen"))
    (found,) = story.book.incidents
    assert (found.phase, found.end, found.backfilled, found.components) == ("resolved", T0 + 190, True, {"api": "down"})


def test_a_draft_that_is_discarded_stays_away() -> None:
    """And no other is made of the same outage."""
    story = Story(replace(POLICY, automatic=DRAFT))
    story.look(100, notice(0))
    story.drafts.append(Event("incident", "api-0", 2, T0 + 120, "J", DISCARDED))
    assert waiting(story.drafts, story.book) == ()
    for at, what in ((130, notice(0)), (200, notice(0, 190))):
        assert story.look(at, what) == Due()


def test_a_draft_of_what_people_tell_waits_no_longer() -> None:
    """They told of the same meanwhile: who publishes it would tell it twice. A draft that a person made stays."""
    story = Story(replace(POLICY, automatic=DRAFT))
    story.look(100, notice(0))
    story.say("investigating", 110, "mine", titles={"en": "T"}, components={"api": "down"})
    assert waiting(story.drafts, story.book) == ()
    own = Said({"en": "T"}, components={"api": "down"})
    story.drafts.append(Event("incident", "later", 1, T0 + 120, "J", "investigating", {}, own))
    assert [each.id for each in waiting(story.drafts, story.book)] == ["later"]
