"""What the templates of the admin may use: the words and macros of the page that customers see, in a language of that page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import g, render_template
from markupsafe import Markup

from monitor.config import Config
from monitor.incidents.book import Book
from monitor.incidents.incident import Incident
from monitor.incidents.maintenance import Maintenance
from monitor.sla.periods import instant
from statuspage.i18n import Language, speak
from statuspage.pages import told
from statuspage.pages.sentences import SENTENCES, STATES
from statuspage.prose import prose


class Words:
    """The words for one configuration. Operators read English; what customers will see is shown in the languages of the page."""

    def __init__(self, config: Config, languages: Mapping[str, Language]) -> None:
        self._config = config
        self._names = {each.id: each.name for each in config.components}
        self.languages = languages
        self._own = speak("en", config.page.timezone)

    def __call__(self) -> dict[str, Any]:
        """For every template."""
        language: Language = g.get("language", self._own)
        book: Book | None = g.get("book")
        return {
            "page": self._config.page,
            "config": self._config,
            "languages": self.languages,
            "components": self._config.components,
            "session": g.get("session"),
            "language": language,
            "_": language.text,
            "prefix": g.get("prefix", self._config.page.url.rstrip("/")),
            "now": g.get("now", 0),
            "iso": instant,
            "named": lambda component: self._names.get(component, component),
            "known": lambda component: component in self._names,
            "state_word": lambda state: language.text(STATES[state]),
            "sentence": lambda reason: language.text(SENTENCES[reason]),
            "incident_named": lambda name: book.incident(name) if book and name else None,
            "spoken": told.spoken,
            "newest_words": told.newest_words,
            "prose": prose,
            "step_word": lambda step: language.text(told.WORDS[step]),
            "impact_word": lambda impact: language.text(told.IMPACTS[impact]),
            "said_state": lambda state: language.text(told.STATES[state]) if state in told.STATES else state,
            "because": lambda _: None,
            "labels_on": lambda _: (),
            "is_stale": False,
        }

    def names(self, ids: Iterable[str]) -> list[str]:
        """What components are called, in the order of the page."""
        wanted = set(ids)
        return [name for each, name in self._names.items() if each in wanted]

    def preview(self, each: Incident | Maintenance) -> list[tuple[Language, Markup]]:
        """What customers will see, in each language of the page."""
        kind = "incident" if isinstance(each, Incident) else "maintenance"
        base, first = self._config.page.url.rstrip("/"), next(iter(self.languages))
        shown = []
        for code, language in self.languages.items():
            g.language, g.prefix = language, base if code == first else f"{base}/{code}"
            html = render_template("admin/preview.html", each=each, kind=kind)
            shown.append((language, Markup(html)))  # noqa: S704 -- made by a template, which escapes
        g.language, g.prefix = self._own, base
        return shown
