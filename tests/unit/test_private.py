"""An agreement with one customer is seen by whoever has its link, and by nobody else."""

from __future__ import annotations

from pathlib import Path

from samples import AGREEMENT
from shown import CONFIG, Still

from monitor.config import load
from monitor.store import open_reader
from statuspage.app import create_app
from statuspage.private import signature

OWN = AGREEMENT.replace('id = "acme"', 'id = "globex"').replace(
    'kind = "service"', 'kind = "customer"\ncustomers = ["globex"]'
)


def test_a_customers_agreement_answers_like_one_that_is_not_there(tmp_path: Path) -> None:
    """Without its link the page is byte for byte that of an agreement that does not exist; with it, it is shown and not kept."""
    (tmp_path / "agreements").mkdir()
    (tmp_path / "meetlat.toml").write_text(CONFIG + '[site]\nkey = "${KEY}"\n')
    (tmp_path / "agreements/acme.toml").write_text(AGREEMENT)
    (tmp_path / "agreements/own.toml").write_text(OWN)
    config = load(tmp_path, {"MEETLAT_STATE": str(tmp_path / "state"), "KEY": "a key"})
    site = create_app(config, lambda: open_reader(config.storage.url.reveal()), Still(1_767_300_000)).test_client()
    assert "globex" not in site.get("/sla").text
    for path in ("/sla/{}", "/sla/{}/2026-01", "/sla/{}/2026-01.json", "/nl/sla/{}"):
        hidden, missing = (site.get(path.format(name)) for name in ("globex", "absent"))
        assert hidden.status_code == missing.status_code == 404
        assert hidden.data.replace(b"globex", b"absent") == missing.data
        assert site.get(path.format("globex") + "?key=wrong").status_code == 404
    key = signature(config, "globex")
    assert key != signature(config, "acme")
    shown = site.get(f"/sla/globex?key={key}")
    assert shown.status_code == 200
    assert "no-store" in shown.headers["Cache-Control"]
    assert f"/sla/globex/2026-01.json?key={key}" in shown.text
    assert site.get(f"/sla/globex/2026-01.json?key={key}").status_code == 200
