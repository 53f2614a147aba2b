"""What a person opens an incident with: words that are ready, a measured outage, or a draft."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click

from monitor.clock import Clock
from monitor.commands._words import Words, affected, fresh_id, recorded, spoken, when
from monitor.config import Config
from monitor.incidents import incident
from monitor.incidents.drafts import DISCARDED, waiting
from monitor.incidents.event import INCIDENT, Event, Said, StepError
from monitor.incidents.incident import Incident
from monitor.incidents.template import Template, filled, titled
from monitor.incidents.template import spoken as in_languages
from monitor.store import open_desk, open_reader
from monitor.table import did_you_mean
from monitor.timeline.record import Notice

EVERY = "see: meetlat incident list --drafts"


def opened(config: Config, said: Words, title: str | None, components: tuple[str, ...], given: dict[str, Any]) -> Event:
    """The first event of an incident, as the options ask for it. UsageError when they leave something open."""
    outage = measured(config, given["outage"]) if given["outage"] else None
    ready = _ready(config, given["template"], outage)
    states = affected(config, components, given["state"]) or dict(ready.components if ready else {})
    if outage:
        states = {outage.component: "down"} | states
    titles = _titles(config, said, title, given)
    if ready is None and not titles:
        raise click.UsageError("say a TITLE, or --template ID")
    names = [each.name for each in config.components if each.id in states] or list(states)
    fresh = Said(
        titles=(titled(ready.titles, names) if ready else {}) | titles,
        impact=given["impact"] or (ready.impact if ready else None),
        severity=given["severity"] or (ready.severity if ready else None),
        components=states,
        start=when(config, given["started"], "--started") or (outage.start if outage else None),
        end=when(config, given["ended"], "--ended") or (outage.end if outage else None),
        outages=(outage.outage,) if outage else None,
    )
    phase = given["phase"] or ("resolved" if outage and outage.end is not None else "investigating")
    texts = ready.resolved if ready and phase == "resolved" else ready.texts if ready else {}
    name = outage.outage if outage else fresh_id()
    return Event(INCIDENT, name, 1, Clock().now(), said.by, phase, said.texts or filled(texts, names), fresh)


def _titles(config: Config, said: Words, title: str | None, given: dict[str, Any]) -> dict[str, str]:
    first = {said.language: title} if title else {}
    return first | {spoken(config, code): more for code, more in given["title_also"]}


def _ready(config: Config, name: str | None, outage: Notice | None) -> Template | None:
    """The template of that id; for an outage without one, the words in which it would be told of by itself."""
    if name is None:
        return config.incidents.template if outage else None
    known = {each.id: each for each in config.templates}
    if name not in known:
        raise click.UsageError(
            f"there is no template {name!r}; {did_you_mean(name, known)}" if known else "there are no templates"
        )
    found = known[name]
    own = in_languages(found, config.page.languages)
    # What a template leaves out a person says: the usual words are those of the monitor.
    return replace(own, texts=own.texts if found.texts else {}, resolved=own.resolved if found.resolved else {})


def measured(config: Config, name: str) -> Notice:
    """What was last told of the outage of this name. UsageError when there is none."""
    reader = open_reader(config.storage.url.reveal())
    try:
        found = reader.notices_of(name)
    finally:
        reader.close()
    if not found:
        raise click.UsageError(
            f"there is no outage {name!r}; its name stands in the address of its page, /incidents/NAME"
        )
    return found[0]


def over_since(config: Config, told: Incident) -> int | None:
    """The second since which all outages that it is known to tell of are over; None while one goes on, or when it knows none."""
    reader = open_reader(config.storage.url.reveal())
    try:
        ends = [each.end for name in told.outages for each in reader.notices_of(name)[:1]]
    finally:
        reader.close()
    over = [end for end in ends if end is not None]
    return max(over) if over and len(over) == len(ends) else None


def drafts(config: Config) -> tuple[Incident, ...]:
    """The drafts that wait to be published, newest first."""
    reader = open_reader(config.storage.url.reveal())
    try:
        return waiting(reader.drafts(), recorded(config))
    finally:
        reader.close()


def draft(config: Config, name: str) -> Incident:
    """The draft of that id. UsageError when there is none."""
    found = next((each for each in drafts(config) if each.id == name), None)
    if found is None:
        raise click.UsageError(f"there is no draft {name!r}; {EVERY}")
    return found


def keep_draft(config: Config, event: Event) -> None:
    """Keep it, and publish nothing. UsageError when no incident could be made of it."""
    try:
        if event.step != DISCARDED:
            incident.told(None, event)
    except StepError as error:
        raise click.UsageError(str(error)) from error
    desk = open_desk(config.storage.url.reveal(), Clock())
    try:
        desk.draft(event)
    finally:
        desk.close()
