"""An agreement with one customer is seen by whoever has its link, and by nobody else."""

from __future__ import annotations

from pathlib import Path

from feed_rules import obey
from samples import AGREEMENT
from sealing import seal, statement
from shown import CONFIG, Still

from monitor.clock import Clock
from monitor.config import Config, load
from monitor.store import open_reader, open_record
from statuspage.app import create_app
from statuspage.private import signature

OWN = AGREEMENT.replace('id = "acme"', 'id = "globex"').replace(
    'kind = "service"', 'kind = "customer"\ncustomers = ["globex"]'
)


def both(folder: Path) -> Config:
    """A site with a public agreement and one with a customer."""
    (folder / "agreements").mkdir()
    (folder / "meetlat.toml").write_text(CONFIG + '[site]\nkey = "${KEY}"\n')
    (folder / "agreements/acme.toml").write_text(AGREEMENT)
    (folder / "agreements/own.toml").write_text(OWN)
    return load(folder, {"MEETLAT_STATE": str(folder / "state"), "KEY": "a key"})


def test_a_customers_agreement_answers_like_one_that_is_not_there(tmp_path: Path) -> None:
    """Without its link the page is byte for byte that of an agreement that does not exist; with it, it is shown and not kept."""
    config = both(tmp_path)
    site = create_app(
        config, lambda unseen: open_reader(config.storage.url.reveal(), unseen), Still(1_767_300_000)
    ).test_client()
    assert "globex" not in site.get("/sla").text
    for path in ("/sla/{}", "/sla/{}/2026-01", "/sla/{}/2026-01.json", "/nl/sla/{}"):
        hidden, missing = (site.get(path.format(name)) for name in ("globex", "absent"))
        assert hidden.status_code == missing.status_code == 404
        assert hidden.data.replace(b"globex", b"absent") == missing.data
        assert site.get(path.format("globex") + "?key=wrong").status_code == 404
    for path in ("/api/v1/agreements/{}", "/api/v1/agreements/{}/statements/2026-01", "/badge/{}/sla.svg"):
        hidden, missing = (site.get(path.format(name)) for name in ("globex", "absent"))
        assert hidden.status_code == missing.status_code == 404
        assert hidden.data == missing.data
    for path in ("/api/v1/agreements", "/api/v2/summary.json", "/metrics", "/api/v1/openapi.json"):
        assert "globex" not in site.get(path).text
    key = signature(config, "globex")
    assert key != signature(config, "acme")
    shown = site.get(f"/sla/globex?key={key}")
    assert shown.status_code == 200
    assert "no-store" in shown.headers["Cache-Control"]
    assert f"/sla/globex/2026-01.json?key={key}" in shown.text
    assert site.get(f"/sla/globex/2026-01.json?key={key}").status_code == 200


def test_what_is_sealed_for_one_customer_is_in_no_public_feed(tmp_path: Path) -> None:
    """Its own feeds and calendar open with its key and are not kept; all others, and the page that lists them, do not name it."""
    config = both(tmp_path)
    open_record(config.storage.url.reveal(), Clock()).close()
    seal(tmp_path, "2026-02-01T00:10", statement(), config=config, name="globex")
    site = create_app(
        config, lambda unseen: open_reader(config.storage.url.reveal(), unseen), Still(1_770_000_000)
    ).test_client()
    forms = ("rss", "atom", "json")
    for path in (
        "/subscribe",
        *(f"{name}.{form}" for name in ("/feed", "/sla/feed", "/sla/acme/feed") for form in forms),
    ):
        assert site.get(path).status_code == 200
        assert "globex" not in site.get(path).text, path
    own = f"?key={signature(config, 'globex')}"
    for path in (*(f"/sla/globex/feed.{form}" for form in forms), "/nl/sla/globex/claims.ics"):
        hidden, missing = (site.get(path.replace("globex", name)) for name in ("globex", "absent"))
        assert hidden.status_code == missing.status_code == 404
        assert site.get(f"{path}?key=wrong").status_code == 404
        shown = site.get(path + own)
        assert "no-store" in shown.headers["Cache-Control"]
        if path.endswith("json"):
            obey("json", shown.data, f"https://status.acme.example{path}{own}")
            (item, _) = shown.get_json()["items"]
            assert (
                site.get(item["url"].removeprefix("https://status.acme.example").partition("#")[0]).status_code == 200
            )
    page = site.get(f"/sla/globex{own}").text
    assert f'href="https://status.acme.example/sla/globex/feed.atom{own}"' in page
    assert f'href="https://status.acme.example/sla/globex/claims.ics{own}"' in page
