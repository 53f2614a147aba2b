"""What the page of an agreement says beside its figures."""

from __future__ import annotations

from pathlib import Path

import pytest
from drawn import START, STEP
from samples import AGREEMENT
from shown import Still, client, parsed

from monitor.config import load
from monitor.store import open_reader
from statuspage.app import create_app

REVIEWED = AGREEMENT.replace(
    'provider = "Acme B.V."',
    'provider = "Acme B.V."\nreview_by = 2027-01-01\nreview_when = ["workload", "customer-needs"]',
)


def page(folder: Path, path: str, terms: str, drawing: str = "............") -> str:
    """A page of the agreement, under these terms."""
    client(folder, drawing)
    (folder / "agreements/acme.toml").write_text(terms)
    config = load(folder, {"MEETLAT_STATE": str(folder / "state")})
    url = config.storage.url.reveal()
    app = create_app(config, lambda unseen: open_reader(url, unseen), Still(START + len(drawing) * STEP))
    return parsed(app.test_client(), path)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/sla/acme", ("To be reviewed by 1 January 2027.", "when one of these changes: workload, customer needs.")),
        ("/nl/sla/acme", ("Te herzien uiterlijk 1 januari 2027.", "als een van deze verandert: workload, customer needs.")),
    ],
)  # fmt: skip
def test_when_an_agreement_is_to_be_reviewed(tmp_path: Path, path: str, said: tuple[str, ...]) -> None:
    """By a day, and when something changes; an agreement that says neither has no such words."""
    found = page(tmp_path, path, REVIEWED)
    assert all(each in found for each in said)
    assert "eviewed" not in page(tmp_path / "other", "/sla/acme", AGREEMENT)


def test_a_verdict_that_silence_could_change_is_told_at_both_bounds(tmp_path: Path) -> None:
    """In Dutch as well: nothing was seen of the month before the first observation, and the terms leave it out."""
    assert "onbepaald, als de voorwaarden het niet beslisten (buiten beschouwing)" in page(
        tmp_path, "/nl/sla/acme", AGREEMENT
    )
