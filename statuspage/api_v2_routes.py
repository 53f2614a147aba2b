"""``/api/v2/``: the documents of the Statuspage API v2. Like ``app`` it stands at the door to Flask."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, g, request

from monitor.config import Config
from monitor.timeline.record import Notice
from statuspage import headers
from statuspage.api.incident import ACTIVE, UPCOMING, Incident, from_notices, newest_first
from statuspage.api.standing import standings
from statuspage.api.statuspage_v2 import Board
from statuspage.api.told import told_incidents, told_maintenances, touched, uncovered
from statuspage.i18n import speak
from statuspage.views import Facts

PAGE = 50
MOST = 100  # objects a page
LAST = 1_000_000  # pages that can be asked for
Source = Callable[[int], tuple[Incident, ...]]  # the newest so many


def add_v2(api: Blueprint, config: Config) -> None:
    """The eight documents."""
    english = speak("en", config.page.timezone)
    names = {component.id: component.name for component in config.components}

    def incidents(count: int) -> tuple[Incident, ...]:
        said = told_incidents(g.facts.told)
        return newest_first((*said, *from_notices(_measured(g.facts, count), names, english)))[:count]

    def maintenances(count: int) -> tuple[Incident, ...]:
        return newest_first(told_maintenances(g.facts.told, g.facts.now))[:count]

    def unresolved(count: int) -> tuple[Incident, ...]:
        said = tuple(each for each in told_incidents(g.facts.told) if each.is_open)
        found = uncovered(g.facts.reader.told_open() if g.facts.reader else (), g.facts.told)
        return newest_first((*said, *from_notices(found, names, english)))[:count]

    def board() -> Board:
        planned = maintenances(LAST)
        standing = touched(standings(g.facts), (*planned, *told_incidents(g.facts.told)))
        return Board(config, standing, unresolved(LAST), tuple(each for each in planned if each.is_open))

    def whole(name: str, build: Callable[[Board], dict[str, Any]]) -> None:
        api.add_url_rule(f"/api/v2/{name}.json", f"v2-{name}", lambda: _answer(build(board())))

    def listed(name: str, key: str, source: Source) -> None:
        api.add_url_rule(f"/api/v2/{name}.json", f"v2-{name}", lambda: _listed(board(), name, key, source))

    whole("status", Board.status)
    whole("summary", Board.summary)
    whole("components", lambda b: {"page": b.page(), "components": b.components(), "status": b.banner()})
    listed("incidents", "incidents", incidents)
    listed("incidents/unresolved", "incidents", unresolved)
    listed("scheduled-maintenances", "scheduled_maintenances", maintenances)
    for name, wanted in (("upcoming", UPCOMING), ("active", ACTIVE)):
        listed(f"scheduled-maintenances/{name}", "scheduled_maintenances", _only(maintenances, wanted))


def _only(source: Source, wanted: tuple[str, ...]) -> Source:
    return lambda count: tuple(each for each in source(LAST) if each.status in wanted)[:count]


def _measured(facts: Facts, count: int) -> tuple[Notice, ...]:
    """The notices of the newest so many outages that nobody told of as well, or of some more."""
    asked = count
    while facts.reader:
        notices = facts.reader.told(asked)
        found = uncovered(notices, facts.told)
        outages, kept = ({each.outage for each in some} for some in (notices, found))
        if len(kept) >= count or len(outages) < asked:
            return found
        asked *= 2
    return ()


def _answer(document: dict[str, Any]) -> Response:
    g.kept = headers.API
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return Response(body, content_type="application/json; charset=utf-8")


def _listed(board: Board, name: str, key: str, source: Source) -> Response:
    """One page of a list. What is asked for in another way than documented is not heard: this API never answers 400."""
    size = _number("per_page", MOST) or _number("limit", MOST) or PAGE
    page = _number("page", LAST) or 1
    found = source(page * size + 1)
    response = _answer(board.listed(key, found[(page - 1) * size : page * size]))
    beside = [(page - 1, "prev")] if page > 1 else []
    beside += [(page + 1, "next")] if len(found) > page * size else []
    own = f"&per_page={size}" if size != PAGE else ""
    links = [f'<{board.base}/api/v2/{name}.json?page={number}{own}>; rel="{rel}"' for number, rel in beside]
    if links:
        response.headers["Link"] = ", ".join(links)
    return response


def _number(name: str, most: int) -> int | None:
    """A whole number from 1 to ``most``, as a parameter of the request; None for anything else."""
    text = request.args.get(name, "")
    found = int(text) if re.fullmatch("[0-9]{1,9}", text) else 0
    return found if 1 <= found <= most else None
