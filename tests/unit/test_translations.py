"""The languages of the page: each text is said in each of them, and each page leads to itself in the other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from flask.testing import FlaskClient
from shown import client

from monitor.sla import step as steps

SITE = Path(__file__).parents[2] / "statuspage"


@pytest.fixture
def site(tmp_path: Path) -> FlaskClient:
    """A site that saw one outage of three minutes."""
    return client(tmp_path, "....ccc....")


def test_dutch_is_complete() -> None:
    """Every text in templates and code has a translation with the same placeholders."""
    with (SITE / "translations/nl.po").open("rb") as file:
        catalogue = read_po(file, locale="nl")
    texts: set[str] = set()
    for template in (SITE / "templates").rglob("*.html"):
        texts |= {found[1] for found in re.findall(r"""_\((["'])(.+?)\1\)""", template.read_text())}
    for source in SITE.rglob("*.py"):
        texts |= set(re.findall(r"""\b(?:N_|say)\("(.+?)"\)""", source.read_text()))
    texts |= set(steps.SENTENCES.values())
    assert len(texts) > 200
    plurals = {message.id[1]: message.id[0] for message in catalogue if isinstance(message.id, tuple)}
    for text in texts:
        message = catalogue.get(plurals.get(text, text))
        assert message is not None, text
        said = " ".join([message.string] if isinstance(message.string, str) else message.string or [])
        assert said, text
        assert set(re.findall(r"%\(\w+\)s", said)) == set(re.findall(r"%\(\w+\)s", text)), text


def test_no_dutch_is_a_guess_or_half_a_plural() -> None:
    """No entry is marked as fuzzy or empty; every counted text has all the forms of the language, with its number."""
    with (SITE / "translations/nl.po").open("rb") as file:
        catalogue = read_po(file, locale="nl")
    entries = [message for message in catalogue if message.id]
    said = {
        message.id: (message.string,) if isinstance(message.string, str) else message.string or ()
        for message in entries
    }
    assert not [message.id for message in entries if message.fuzzy]
    assert not [text for text, forms in said.items() if not forms or not all(forms)]
    counted: set[tuple[str, ...]] = set()
    for source in (*(SITE / "templates").glob("*.html"), *SITE.rglob("*.py")):
        counted |= set(re.findall(r'\bplural\("([^"]+)", "([^"]+)"', source.read_text()))
        counted |= set(re.findall(r'N_\("(%\(n\)s [^"]+)"\), N_\("(%\(n\)s [^"]+)"\)', source.read_text()))
    assert len(counted) >= 6
    for pair in counted:
        assert len(said.get(pair, ())) == catalogue.num_plurals, pair
        assert all("%(n)s" in str(each) for each in said[pair]), pair


def test_pages_link_to_their_other_language(site: FlaskClient) -> None:
    """Each page links to itself in the other language."""
    assert 'href="/nl/history/2026-01"' in site.get("/history/2026-01").text
    assert 'href="/history/2026-01"' in site.get("/nl/history/2026-01").text
