"""Words that are ready before they are needed: what an incident is called and what is said of it at its turns, by language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from monitor.incidents.event import LONGEST_TITLE

PLACE = "{components}"  # where the names of components are put: of those that are affected, in ``updates`` of those that are down

Texts = Mapping[str, str]  # by language


@dataclass(frozen=True)
class Template:
    """What is said when an incident opens (``texts``), when something of it changed (``updates``), and when it is over.

    ``impact`` None: as the worst component makes it. ``components`` are those that it is about, when nobody says otherwise.
    """

    id: str
    titles: Texts
    texts: Texts
    updates: Texts = field(default_factory=dict)
    resolved: Texts = field(default_factory=dict)
    impact: str | None = None
    severity: str | None = None
    components: Mapping[str, str] = field(default_factory=dict)


USUAL = Template(
    "",
    {"en": f"Outage of {PLACE}", "nl": f"Storing van {PLACE}"},
    {
        "en": f"Our monitor measures that {PLACE} is down. This was told automatically; we follow up.",
        "nl": f"Onze meting laat zien dat {PLACE} gestoord is. Dit is automatisch gemeld; wij volgen het op.",
    },
    {
        "en": f"Down at this moment, as our monitor measures: {PLACE}. This was told automatically.",
        "nl": f"Gestoord op dit moment, volgens onze meting: {PLACE}. Dit is automatisch gemeld.",
    },
    {
        "en": f"Up again, as our monitor measures: {PLACE}. This was told automatically.",
        "nl": f"Werkt weer, volgens onze meting: {PLACE}. Dit is automatisch gemeld.",
    },
)


def spoken(template: Template, languages: Iterable[str]) -> Template:
    """The template in the languages of a page; what it does not say is said in the usual words.

    English, where there are no words in any of them.
    """

    def kept(own: Texts, usual: Texts) -> Texts:
        found = {code: (own or usual)[code] for code in languages if code in (own or usual)}
        return found or dict(own) or {"en": usual["en"]}

    return Template(
        template.id,
        kept(template.titles, USUAL.titles),
        kept(template.texts, USUAL.texts),
        kept(template.updates, USUAL.updates),
        kept(template.resolved, USUAL.resolved),
        template.impact,
        template.severity,
        template.components,
    )


def filled(texts: Texts, names: Iterable[str]) -> dict[str, str]:
    """The texts with the names of the components in their place."""
    listed = ", ".join(names)
    return {code: text.replace(PLACE, listed) for code, text in texts.items()}


def titled(titles: Texts, names: Iterable[str]) -> dict[str, str]:
    """The same for titles, which are of one line and not too long."""
    return {code: _cut(text) for code, text in filled(titles, names).items()}


def _cut(title: str) -> str:
    plain = "".join(letter if letter.isprintable() else " " for letter in title)
    return plain if len(plain) <= LONGEST_TITLE else f"{plain[: LONGEST_TITLE - 1]}…"
