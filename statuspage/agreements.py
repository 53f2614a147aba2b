"""The pages of agreements. Like ``app`` it stands at the door to Flask."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from flask import Response, abort, g, jsonify, render_template, request

from monitor.config import Config
from monitor.settlement import schema
from monitor.sla.agreement import Agreement
from monitor.sla.statement import Versions
from statuspage import headers, private
from statuspage.i18n import Language
from statuspage.pages import agreement as pages
from statuspage.pages.wording import WORDS
from statuspage.private import is_private, opens

Routing = Callable[[str], Callable[[Callable[..., Any]], Callable[..., Any]]]


def opening(config: Config) -> Callable[[str], Versions]:
    """Finds an agreement for whoever may see it; for others there is none, as if it did not exist."""
    every = {versions.newest.id: versions for versions in config.agreements}

    def found(name: str) -> Versions:
        versions = every.get(name) or abort(404)
        if is_private(config, versions):
            _reveal(opens(config, name, request.args.get("key", "")), private.names(versions))
        return versions

    return found


def reveal_component(config: Config, name: str) -> None:
    """Go on with this one too when it is a private component and the link is signed; else as if it were not there."""
    if name in private.hidden(config):
        _reveal(opens(config, name, request.args.get("key", ""), private.COMPONENT), (name,))


def _reveal(is_open: bool, names: Collection[str]) -> None:
    if not is_open:
        abort(404)
    g.private = True
    g.facts = g.reveal(names)


def public(config: Config) -> list[Agreement]:
    """The agreements that everybody may see."""
    return [versions.newest for versions in private.public(config).values()]


def key() -> str:
    """What an address of an agreement ends with, so that it opens for whoever came by a signed one."""
    return f"?{urlencode({'key': request.args['key']})}" if g.get("private") else ""


def add_agreement_pages(route: Routing, config: Config) -> None:
    """The list of agreements, each with its running period, and the statement of any period as a page and as JSON."""
    found = opening(config)
    names = {component.id: component.name for component in config.components}

    @route("/sla")
    def agreements_list() -> str:
        return render_template("agreements.html", agreements=public(config))

    @route("/sla/<name>")
    def agreement(name: str) -> str:
        versions = found(name)
        periods = pages.periods(versions, g.facts.reader, g.facts.now)
        return _page(versions, pages.current(versions, g.facts.now), names, periods)

    @route("/sla/<name>/<label>")
    def agreement_period(name: str, label: str) -> str:
        return _page(found(name), label, names, ())

    @route("/sla/<name>/<label>.json")
    def agreement_json(name: str, label: str) -> Response:
        versions = found(name)
        return jsonify(_document(versions, label))

    @route("/statement.schema.json")
    def statement_schema() -> Response:
        return jsonify(schema())


def _document(versions: Versions, label: str) -> dict[str, Any]:
    try:
        made = pages.document(versions, label, g.facts.reader, g.facts.now)
    except ValueError:
        abort(404)
    g.kept = headers.NEVER if g.get("private") else headers.OVER if made["closed"] else headers.PAGE
    return made


def _terms(versions: Versions, effective_from: str) -> Agreement:
    """The version that a document was made under; the newest when that one is no longer in the configuration."""
    found = (each for each in versions.every if each.effective_from.isoformat() == effective_from)
    return next(found, versions.newest)


def _page(versions: Versions, label: str, names: dict[str, str], periods: tuple[Any, ...]) -> str:
    made = _document(versions, label)
    language: Language = g.language
    editions = g.facts.reader.editions(versions.newest.id) if g.facts.reader else ()
    return render_template(
        "agreement.html",
        terms=_terms(versions, made["effective_from"]),
        made=made,
        periods=periods,
        editions=[each for each in editions if each.period == label],
        query=key(),
        in_words=pages.terms,
        claims=pages.claims,
        steps=lambda found: pages.steps(found, language),
        budget=pages.budget,
        average_month=pages.average_month,
        second=pages.second,
        share=lambda found: Fraction(found["exact"]),
        share_of=lambda text: language.percent(Fraction(text) / 100),
        word=lambda text: language.text(WORDS.get(text, str(text))),
        whole=lambda found: int(Fraction(found)),
        ledgers=lambda each: [(each["ledger"], ""), *((part["ledger"], part["component"]) for part in each["parts"])],
        period_name=lambda period: pages.period_name(period, language),
        deadline=lambda text: pages.deadline(text, language),
        is_month=pages.is_month,
        place=lambda each: re.sub(r"[^\w-]", "_", f"{each['id']}-{each['component']}-{each['period']['label']}"),
        named=lambda each: language.names([names.get(name, name) for name in each]),
    )
