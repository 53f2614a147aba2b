"""What happened, as messages in every language of the page: the same words as in the feeds, for whoever is told instead of asking.

Built from the record alone and never sent from here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from importlib.resources import files
from typing import Any

from monitor.config import Config
from monitor.incidents.course import Turn
from monitor.incidents.event import INCIDENT
from monitor.incidents.incident import Incident
from monitor.incidents.labels import NONE
from monitor.incidents.lifecycle import Note
from monitor.sla.periods import instant
from monitor.telling.alarm import CHANGED, ESCALATED, OPENED, PASSED, RECOVERED, REMINDED, Alert
from monitor.telling.message import ALERT, CONFIRMATION, OUTAGE, STATEMENT, TEST, Message, Words
from monitor.telling.receiver import Wish
from monitor.telling.trouble import Trouble
from monitor.timeline.model import REASONS
from monitor.timeline.record import Edition, Label, Notice
from statuspage.feeds.channels import component_names
from statuspage.feeds.item import Item, Place, clean
from statuspage.feeds.outages import updates
from statuspage.feeds.results import results
from statuspage.feeds.told import item, mentioned
from statuspage.i18n import N_, Language, spoken
from statuspage.pages.sentences import SENTENCES
from statuspage.pages.wording import WORDS as KIND_WORDS

SENTENCE_OF = {reason.word: SENTENCES[reason] for reason in REASONS.values()}
STEPS = {
    OPENED: N_("Down"),
    CHANGED: N_("Changed"),
    REMINDED: N_("Still down"),
    ESCALATED: N_("Nobody has acknowledged"),
    RECOVERED: N_("Resolved"),
    PASSED: N_("Was down"),
}
OLD = 3600  # seconds after which what was over is no news any more
LISTED = 50  # components in one alert
NAMED = 3  # of them in its title


class Letters:
    """Messages over one configuration."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._names = component_names(config)
        self.languages: Mapping[str, Language] = spoken(config)
        first = config.page.languages[0]
        self._places = {
            code: Place(config.page, language, "" if code == first else f"/{code}")
            for code, language in self.languages.items()
        }

    def outage(self, notice: Notice) -> Message:
        """A notice of an outage."""
        items = {code: next(updates([notice], self._names, place)) for code, place in self._places.items()}
        return _message(f"{OUTAGE}/{notice.outage}/{notice.at}", OUTAGE, (notice.component,), items)

    def turn(self, turn: Turn) -> Message:
        """A step of an incident or of maintenance."""
        account = turn.then.newest.account
        items = {code: item(turn, self._names, place) for code, place in self._places.items()}
        return _message(f"{account}/{turn.then.id}/{turn.key}", account, mentioned(turn.then.events), items)

    def statement(self, edition: Edition) -> Message:
        """A statement that was sealed."""
        items = {code: next(iter(results([edition], self._names, place))) for code, place in self._places.items()}
        made = edition.document
        named = tuple(dict.fromkeys(name for each in made["objectives"] for name in each["components"]))
        key = f"{STATEMENT}/{made['agreement']}/{edition.period}/{edition.number}"
        return _message(key, STATEMENT, named, items)

    def label(self, number: int, label: Label) -> Message:
        """What somebody called an outage, or a span of time: said by people, as an incident is."""
        words = {code: self._label(label, place) for code, place in self._places.items()}
        said = {"outage": label.outage or None, "component": label.component, "label": label.kind, "by": label.by}
        said |= {"why": label.why, "start": instant(label.start)}
        return Message(f"label/{number}", INCIDENT, label.at, (label.component,), words, said)

    def _label(self, label: Label, place: Place) -> Words:
        language, name = place.language, self._names.get(label.component, label.component)
        is_back = label.kind == NONE
        title = f"[{language.text(TAKEN_BACK if is_back else LABELLED)}] {name}"
        span = language.precise(label.start) + ("" if label.outage else f" – {language.precise(label.end)}")
        kind = "" if is_back else language.text(KIND_WORDS[label.kind])
        text = language.text(BACK if is_back else LABELS) % {"by": label.by, "kind": kind, "why": label.why}
        lines = [clean(f"{name}, {span}"), clean(text)]
        url = place.url(f"/incidents/{label.outage}" if label.outage else f"/components/{label.component}")
        return Words(clean(title), "\n".join(lines), "".join(f"<p>{escape(each)}</p>" for each in lines), url)

    def alert(self, alert: Alert) -> Message:
        """What a rule of the operators says."""
        components = tuple(dict.fromkeys(name for each in alert.troubles for name in each.components))
        words = {code: self._alert(alert, place) for code, place in self._places.items()}
        own = {
            "rule": alert.rule,
            "alert": alert.name,
            "step": alert.step,
            "severity": alert.severity,
            "begun": instant(alert.begun),
            "new": [_plain(each) for each in alert.fresh],
            "over": [_plain(each) for each in alert.over],
            "going_on": [_plain(each) for each in alert.going_on],
        }
        return Message(alert.key, ALERT, alert.at, components, words, own)

    def confirmation(self, wish: Wish) -> Message:
        """The question whether they asked; the link that says so is added when it is sent."""
        return self._said(f"{CONFIRMATION}", CONFIRMATION, 0, ASKED, ASKED_TEXT, {"way": wish.way})

    def test(self, now: int, name: str) -> Message:
        """What an operator sends to see whether it arrives."""
        return self._said(f"{TEST}/{now}/{name}", TEST, now, TESTED, TESTED_TEXT, {})

    def _said(self, key: str, kind: str, at: int, title: str, text: str, own: Mapping[str, str]) -> Message:
        name = {"name": self._config.page.name}
        words = {}
        for code, place in self._places.items():
            said = place.language.text(text) % name
            words[code] = Words(place.language.text(title) % name, said, f"<p>{escape(said)}</p>", place.url("/"))
        return Message(key, kind, at, (), words, own)

    def _alert(self, alert: Alert, place: Place) -> Words:
        say = place.language.text
        shown = list(dict.fromkeys(self._name(each, place) for each in (alert.fresh or alert.troubles)))
        more = len(shown) - NAMED
        names = place.language.names(shown[:NAMED]) + (f" +{place.language.number(more)}" if more > 0 else "")
        title = f"[{say(STEPS[alert.step])}] {names}"
        lines = [self._line(each, place) for each in (*alert.fresh, *alert.over)]
        if alert.going_on:
            lines += [say("Still going on:"), *(self._line(each, place) for each in alert.going_on)]
        if len(lines) > LISTED:
            lines = [*lines[:LISTED], f"+{place.language.number(len(lines) - LISTED)}"]
        body = "".join(f"<li>{escape(each)}</li>" for each in lines)
        return Words(
            clean(title), "\n".join(map(clean, lines)), f"<ul>{clean(body)}</ul>", self._url(alert.troubles, place)
        )

    def _name(self, trouble: Trouble, place: Place) -> str:
        return trouble.title or place.language.names([self._names.get(each, each) for each in trouble.components])

    def _line(self, trouble: Trouble, place: Place) -> str:
        language, say = place.language, place.language.text
        values = {"name": self._name(trouble, place), "start": language.precise(trouble.start)}
        why = say(SENTENCE_OF[trouble.reason]) if trouble.reason in SENTENCE_OF else ""
        if trouble.title:
            told = say("%(name)s, since %(start)s.") if trouble.end is None else say("%(name)s, until %(end)s.")
        else:
            told = say("%(name)s is down since %(start)s.") if trouble.end is None else say(WAS_DOWN)
        if trouble.end is not None:
            values["end"] = language.precise(trouble.end)
        known = say("Acknowledged") if trouble.is_acknowledged and trouble.end is None else ""
        return " ".join(each for each in (f"{trouble.severity}:", told % values, why, known) if each)

    def _url(self, troubles: Sequence[Trouble], place: Place) -> str:
        name = troubles[0].key.partition("/")[2] if len(troubles) == 1 else ""
        return place.url(f"/incidents/{name}" if name else "/")


WAS_DOWN = N_("%(name)s was down from %(start)s to %(end)s.")
ASKED = N_("Confirm that %(name)s may write to you")
ASKED_TEXT = N_(
    "Somebody, probably you, asked to be told here what happens to %(name)s. Open the link within a day to confirm it."
    " If it was not you, do nothing: you will hear no more."
)
LABELLED, TAKEN_BACK = N_("Labelled"), N_("Label taken back")
LABELS, BACK = N_("%(by)s labels it as %(kind)s: %(why)s"), N_("Taken back by %(by)s: %(why)s")
WHY = N_("You get this because you asked to be told what happens to %(name)s.")
LEAVING = N_("Hear no more of it")
MANAGING = N_("Change what you are told")
READ = N_("Read it on the page")
CONFIRMING = N_("Confirm")
TESTED = N_("Test of %(name)s")
TESTED_TEXT = N_("This is a test: what is told of %(name)s arrives here.")


def payload_schema() -> dict[str, Any]:
    """The JSON Schema of what programs are told."""
    found: dict[str, Any] = json.loads(files("monitor.telling").joinpath("payload.schema.json").read_text("utf-8"))
    return found


def is_for_subscribers(turn: Turn) -> bool:
    """Whether a step is news to those who asked to be told: not a note without words, nor what was over long before it was told."""
    if turn.step in set(Note) and not any(turn.texts.values()):
        return False
    if turn.key != "1" or not isinstance(turn.then, Incident):
        return True
    return turn.then.end is None or turn.at - turn.then.end < OLD


def is_covered(notice: Notice, incidents: Iterable[Incident]) -> bool:
    """Whether people tell of the outage themselves, so that the machine need not."""
    return any(each.shares(notice.component, notice.start, notice.end) for each in incidents)


def _message(key: str, kind: str, components: tuple[str, ...], items: Mapping[str, Item]) -> Message:
    words = {code: Words(clean(i.title), clean(i.text), clean(i.html), i.url) for code, i in items.items()}
    first = next(iter(items.values()))
    return Message(key, kind, first.published, components, words, first.own)


def _plain(trouble: Trouble) -> dict[str, object]:
    more = {"reason": trouble.reason} if trouble.kind != INCIDENT else {"title": trouble.title}
    return {
        **more,
        "kind": trouble.kind,
        "id": trouble.key.partition("/")[2],
        "components": list(trouble.components),
        "severity": trouble.severity,
        "start": instant(trouble.start),
        "end": None if trouble.end is None else instant(trouble.end),
        "acknowledged": trouble.is_acknowledged,
    }
