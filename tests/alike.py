"""What three ways of saying one thing left behind, without what is bound to differ: drawn names, moments, ports, tokens."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import html5lib
from lives import Acme

ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
MAIL = re.compile(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d (?:GMT|[+-]\d{4})")
BASIC = re.compile(r"\d{8}T\d{6}Z")
LINK = re.compile(r"http://127\.0\.0\.1:\d+/to/(confirm|leave|subscription)/(..)/[^\s\">]+")
_UNIT = r"\d+ (?:days?|hours?|minutes?|seconds?|dag|dagen|uur|minuut|minuten|seconden?)\b"
WHILE = re.compile(rf"\b{_UNIT}(?: {_UNIT})*")
DATE = re.compile(r'("start_date": )"[0-9-]+"')
SPOKEN = re.compile(r"\b(?:\d{1,2} [a-z]+\.? \d{4} )?\d\d:\d\d(?::\d\d)? CES?T\b", re.IGNORECASE)
READERS = (
    (ISO, datetime.fromisoformat),
    (MAIL, parsedate_to_datetime),
    (BASIC, datetime.fromisoformat),
)


def seconds(text: str, pattern: re.Pattern[str] = ISO) -> list[int]:
    """The instants in it."""
    read = dict(READERS)[pattern]
    return [int(read(each).timestamp()) for each in pattern.findall(text)]


@dataclass(frozen=True)
class Mask:
    """Puts the same word in the place of what is bound to differ. Of instants their order is left."""

    names: Mapping[str, str]
    order: Mapping[int, int]

    def __call__(self, text: str) -> str:
        """The text, masked."""
        for old, new in self.names.items():
            text = text.replace(old, new)
        for pattern, read in READERS:
            text = pattern.sub(lambda found, of=read: self._instant(of(found[0])), text)  # type: ignore[misc]
        for pattern, word in ((SPOKEN, "<time>"), (WHILE, "<while>"), (DATE, r'\1"<date>"'), (LINK, r"<\1 \2>")):
            text = pattern.sub(word, text)
        return text

    def _instant(self, at: datetime) -> str:
        return f"<instant {self.order.get(int(at.timestamp()), 'of another')}>"


def _ids(found: Iterable[Mapping[str, Any]], what: str) -> dict[str, str]:
    names = {}
    for number, each in enumerate(found, 1):
        names[str(each["id"])] = f"<{what} {number}>"
        names |= {
            str(one["id"]): f"<{what} {number}, {count}>" for count, one in enumerate(each["incident_updates"], 1)
        }
    return names


def _words(html: str) -> str:
    main = html5lib.parse(html, namespaceHTMLElements=False).find(".//main")
    assert main is not None
    old = main.find(".//*[@id='frozen']")
    if old is not None:
        main.remove(old)
    return " ".join(" ".join(main.itertext()).split())


def _pages(acme: Acme) -> dict[str, str]:
    """Each public page of what was said, in both languages, as one reads it; and as it is marked up."""
    kinds = {"trouble": "incidents", "disks": "maintenances", "router": "maintenances"}
    paths = [f"{code}/{kinds[key]}/{name}" for code in ("", "/nl") for key, name in acme.names.items()]
    paths.append(f"/incidents/{acme.outage}")
    found = {path: acme.meetlat.get(f"{path}?now=1")[1] for path in paths}
    return {path: _words(html) for path, html in found.items()}


def _timeless(told: dict[str, Any]) -> dict[str, Any]:
    """What operators are told, without when: that follows from when somebody looked."""
    data = {key: value for key, value in told["data"].items() if key not in ("alert", "begun")}
    return {**told, "at": "", "data": data}


def left_behind(acme: Acme) -> dict[str, Any]:
    """All of it: pages, documents, feeds, calendars, mails and what programs got."""
    incidents = [each for each in acme.asked("/api/v2/incidents.json")["incidents"] if each["name"] != "Outage of Old"]
    works = acme.asked("/api/v2/scheduled-maintenances.json")["scheduled_maintenances"]
    for each in (*incidents, *works):
        each["components"] = [{k: v for k, v in one.items() if "_at" not in k} for one in each["components"]]
    feeds = {
        f"{form} {kind}": acme.meetlat.get(f"/feed.{form}?kind={kind}")[1]
        for form in ("rss", "atom", "json")
        for kind in ("incident", "maintenance")
    }
    found = {
        **_pages(acme),
        "incidents": json.dumps(incidents, indent=1),
        "maintenances": json.dumps(works, indent=1),
        **feeds,
        "calendar": acme.meetlat.get("/maintenance.ics")[1].replace("\r\n ", ""),
        "mails": [
            f"{each.mail['Subject']}\n{each.mail['Message-ID']}\n{each.text}\n{each.html}" for each in acme.letters
        ],
        "posts": [json.dumps(each.told, indent=1) for each in acme.posts],
        "alerts": [json.dumps(_timeless(each.told), indent=1) for each in acme.hooks.at("/ops")],
        "standings": json.dumps(acme.standings, indent=1),
    }
    keys = [each.headers["webhook-id"] for each in (*acme.posts, *acme.hooks.at("/ops"))]
    names = {name: f"<{key}>" for key, name in acme.names.items()}
    names |= _ids(incidents, "incident") | _ids(works, "maintenance") | {acme.outage: "<outage>"}
    names |= {key: f"<message {number}>" for number, key in enumerate(dict.fromkeys(keys), 1)}
    instants = {
        at for part in found.values() for text in ([part] if isinstance(part, str) else part) for at in seconds(text)
    }
    mask = Mask(names, {at: number for number, at in enumerate(sorted(instants))})
    return {
        mask(name): mask(part) if isinstance(part, str) else [mask(each) for each in part]
        for name, part in found.items()
    }
