"""Labels: who calls an outage what, and why; seen by everybody, weighed by each agreement, taken back by another label."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from drawn import START, STEP
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from samples import AGREEMENT
from shown import NASTY, client, parsed

from monitor.clock import Clock
from monitor.incidents.labels import labelled
from monitor.store import open_desk, open_reader
from monitor.timeline.record import Label
from monitor.timeline.span import Span

EXCLUDING = AGREEMENT.replace(
    "  [[objective.remedy]]",
    '[[objective.exclude]]\nkind = "force-majeure"\ntreat = "forgive"\n'
    '[[objective.exclude]]\nkind = "customer"\ntreat = "remove"\n[[objective.remedy]]',
)
DRAWING, WHY = "....xxx.....", f"lightning {NASTY}"


def served(folder: Path, drawing: str = DRAWING) -> FlaskClient:
    """A site whose agreement forgives force majeure and takes out what the customer did."""
    client(folder, drawing)
    (folder / "agreements/acme.toml").write_text(EXCLUDING)
    return again(folder, len(drawing))


def again(folder: Path, slots: int) -> FlaskClient:
    """The same site with what is in the folder now."""
    from shown import Still

    from monitor.config import load
    from statuspage.app import create_app

    config = load(folder, {"MEETLAT_STATE": str(folder / "state")})
    url = config.storage.url.reveal()
    return create_app(config, lambda unseen: open_reader(url, unseen), Still(START + slots * STEP)).test_client()


def say(folder: Path, kind: str, **more: Any) -> str:
    """Label the outage; its name."""
    url = f"sqlite:///{folder}/state/meetlat.db"
    reader = open_reader(url)
    last = reader.notices(1)[0]
    reader.close()
    label = Label(START + 600, "api", last.start, last.end or last.start + 1, kind, "J. Jansen", WHY, last.outage)
    desk = open_desk(url, Clock())
    desk.label(replace(label, **more))
    desk.close()
    return last.outage


def figure(site: FlaskClient) -> Any:
    """What the statement says of the objective."""
    return site.get("/sla/acme/2026-01.json").get_json()["objectives"][0]


@pytest.mark.parametrize(
    ("kind", "exact"),
    [("force-majeure", "1/1"), ("customer", "1/1"), ("third-party", "3/4")],
)
def test_an_outage_that_is_labelled_moves_the_statement_as_the_agreement_says(
    tmp_path: Path, kind: str, exact: str
) -> None:
    """Forgiven or taken out where a clause says so, and nothing where none does; exactly, and back again when it is taken back."""
    site = served(tmp_path)
    assert figure(site)["availability"]["exact"] == "3/4"
    say(tmp_path, kind)
    found = figure(again(tmp_path, len(DRAWING)))
    assert found["availability"]["exact"] == exact
    seconds = {"force-majeure": 12 * STEP, "customer": 9 * STEP, "third-party": 12 * STEP}[kind]
    assert int(found["counted_seconds"]) == seconds
    assert (found["without_labels"] or {}).get("exact") == ("3/4" if exact == "1/1" else None)
    say(tmp_path, "none", why="it was us")
    assert figure(again(tmp_path, len(DRAWING)))["availability"]["exact"] == "3/4"


def test_customers_see_who_says_so_and_why(tmp_path: Path) -> None:
    """On the page of the outage, where it is listed, in the statement and in the API, in both languages; and when it is over."""
    served(tmp_path)
    name = say(tmp_path, "force-majeure")
    site = again(tmp_path, len(DRAWING))
    said = "J. Jansen labels it as force majeure: lightning &lt;script&gt;"
    dutch = "J. Jansen merkt dit aan als overmacht: lightning &lt;script&gt;"
    for page in (f"/incidents/{name}", "/components/api", "/history/2026-01", "/"):
        assert said in parsed(site, page), page
        assert dutch in parsed(site, f"/nl{page}"), page
    assert "Labelled as force majeure by J. Jansen on 2026-01-01T00:10:00Z: lightning" in parsed(
        site, "/sla/acme/2026-01"
    )
    assert "Aangemerkt als overmacht door J. Jansen op 2026-01-01T00:10:00Z: lightning" in parsed(
        site, "/nl/sla/acme/2026-01"
    )
    described = {"outages": "Outages", "incidents": "Incidents"}
    whole = site.get("/api/v1/openapi.json").get_json()
    for path, schema in described.items():
        rules = {"components": whole["components"], "$ref": f"#/components/schemas/{schema}"}
        jsonschema.Draft202012Validator(rules).validate(site.get(f"/api/v1/{path}").get_json())
    (outage,) = site.get("/api/v1/outages").get_json()["outages"]
    assert outage["labels"] == [
        {"kind": "force-majeure", "by": "J. Jansen", "why": WHY, "at": "2026-01-01T00:10:00Z", "until": None}
    ]
    say(tmp_path, "none", why="it was us", at=START + 660)
    site = again(tmp_path, len(DRAWING))
    text = parsed(site, f"/incidents/{name}")
    assert said in text
    assert "Taken back by J. Jansen: it was us" in text
    assert "Ingetrokken door J. Jansen: it was us" in parsed(site, f"/nl/incidents/{name}")
    assert said not in parsed(site, "/components/api")
    (outage,) = site.get("/api/v1/outages").get_json()["outages"]
    assert outage["labels"][0]["until"] == "2026-01-01T00:11:00Z"


def test_a_label_of_an_outage_is_as_long_as_the_outage(tmp_path: Path) -> None:
    """Whoever labels one that goes on need not say when it will end."""
    drawing = "....xxxxxx"
    served(tmp_path, drawing)
    say(tmp_path, "force-majeure")
    assert figure(again(tmp_path, len(drawing)))["availability"]["exact"] == "1/1"


def test_the_last_word_on_the_same_counts() -> None:
    """A span and an outage are labelled apart; each label stays, with what ended it."""
    one = Label(1, "api", 10, 20, "customer", "J", "x")
    two = replace(one, at=2, kind="force-majeure")
    named = replace(one, at=3, outage="api-1", kind="third-party")
    none = replace(one, at=4, kind="none")
    found = labelled([one, two, named, none, none], {"api-1": Span(10, 99)})
    assert [(each.label, each.span, each.after) for each in found] == [
        (one, Span(10, 20), two),
        (two, Span(10, 20), none),
        (named, Span(10, 99), None),
    ]


@given(
    st.lists(
        st.tuples(st.sampled_from(("customer", "network", "none")), st.integers(0, 3), st.sampled_from(("", "api-1"))),
        max_size=12,
    )
)
def test_no_label_is_lost_and_one_of_each_holds(said: list[tuple[str, int, str]]) -> None:
    """Whatever people say in whatever order: each label stays, and what holds is the last word on each outage and each span."""
    labels = [Label(n, "api", at, at + 5, kind, "J", "x", name) for n, (kind, at, name) in enumerate(said)]
    found = labelled(labels, {})
    assert [each.label for each in found] == [each for each in labels if each.kind != "none"]
    last = {(each.outage or each.start): each for each in labels}
    assert [each.label for each in found if each.after is None] == sorted(
        (each for each in last.values() if each.kind != "none"), key=lambda each: each.at
    )
