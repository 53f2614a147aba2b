"""How we calculate is said from the settings that are in force, in each language."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from shown import SECOND, client

CANARIES = "".join(
    f'[[canary]]\nid = "canary-{n}"\nkind = "tcp"\nhost = "198.51.100.{n}"\nport = 53\n' for n in range(1, 6)
)
NEEDING = SECOND.replace('name = "Web"', 'name = "Web"\nneeds = ["api"]')


def said(folder: Path, path: str, more: str = "") -> str:
    """The page in words."""
    page = client(folder, "....", more=more).get(path).text.partition("<main")[2]
    return unescape(" ".join(re.sub("<[^>]+>", " ", page).split()))


def test_blindness_without_canaries(tmp_path: Path) -> None:
    """By failures that come together: of how many hosts, which share, and until when."""
    text = said(tmp_path, "/how-we-calculate")
    assert "When more than 60% of at least 5 hosts begin to fail within one and a half intervals" in text
    assert "until 40% of them answer again" in text
    assert "We ask" not in text.partition("When our monitor itself cannot see")[2]


@pytest.mark.parametrize(("quorum", "at_least"), [("", "3"), ("[network]\nquorum = 4\n", "4")])
def test_blindness_by_canaries(tmp_path: Path, quorum: str, at_least: str) -> None:
    """How many there are and how many must fail, also where nobody wrote that down; not who they are."""
    text = said(tmp_path, "/how-we-calculate", quorum + CANARIES)
    assert "We ask 5 servers of others" in text
    assert f"While at least {at_least} of them fail" in text
    assert "60%" not in text
    assert "198.51.100" not in text


def test_what_is_unstable_and_what_is_built_on_others(tmp_path: Path) -> None:
    """The figures of the formula; who needs whom, by name; nothing of it where nothing is needed."""
    text = said(tmp_path / "a", "/how-we-calculate", NEEDING)
    assert "change in 30% of the last 21" in text
    assert "until that falls to 20%" in text
    assert "Web needs API <script>alert(1)</script>." in text
    assert "built on others" not in said(tmp_path / "b", "/how-we-calculate")


def test_failures_that_are_asked_again_sooner(tmp_path: Path) -> None:
    """Stand beside how many of them it takes."""
    more = '[defaults]\nconfirm_every = "5s"\ntimeout = "5s"\nconfirm = 3\n'
    assert "3 asked again after 5 seconds" in said(tmp_path, "/how-we-calculate", more)


def test_it_is_all_said_in_dutch(tmp_path: Path) -> None:
    """With the same figures, as they are written there."""
    text = said(tmp_path, "/nl/how-we-calculate", "[network]\nquorum = 4\n" + CANARIES + NEEDING)
    for words in ("Wij vragen 5 servers van anderen", "Zolang er minstens 4 van mislukken", "30% van de laatste 21"):
        assert words in text
    assert "Web heeft API <script>alert(1)</script> nodig." in text


def test_what_is_hidden_is_needed_by_nobody(tmp_path: Path) -> None:
    """A private component is no word of it."""
    hidden = SECOND.replace('name = "Web"', 'name = "Web"\nneeds = ["vault"]')
    hidden += SECOND.replace("web", "vault").replace('name = "Web"', 'name = "Vault"\nprivate = true')
    assert "ault" not in said(tmp_path, "/how-we-calculate", hidden).replace("default", "")
