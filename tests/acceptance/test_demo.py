"""The demonstration: one command, labelled as simulated, through the code that real observations take."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from running import installed


def test_a_demonstration_is_filled_and_served(tmp_path: Path) -> None:
    """Two simulated months are judged, sealed and served, and say on the page that they are simulated."""
    with installed(tmp_path) as meetlat:
        folder = tmp_path / "demo"
        meetlat.run("demo", str(folder), "--months", "3", "--no-serve")
        last = (datetime.now(UTC).replace(day=1) - timedelta(days=2)).strftime("%Y-%m")
        found = json.loads(meetlat.run("statement", "demo", last, "--json", "--config", str(folder)))
        assert found["closed"]
        assert found["objectives"][0]["accounts"]["up"] > 0
        assert "uptime" in meetlat.run("budget", "demo", "--config", str(folder))
        assert "third-party" in meetlat.run("label", "--list", "--config", str(folder))
        config = (folder / "meetlat.toml").read_text()
        meetlat.run("demo", str(folder), "--no-serve")
        assert (folder / "meetlat.toml").read_text() == config


def test_a_label_and_a_restatement(tmp_path: Path) -> None:
    """A person labels an outage of a sealed month; the restatement stands beside the first edition, with its reason."""
    with installed(tmp_path) as meetlat:
        folder = str(tmp_path / "demo")
        meetlat.run("demo", folder, "--months", "4", "--no-serve")
        last = (datetime.now(UTC).replace(day=1) - timedelta(days=2)).strftime("%Y-%m")
        at = ("--config", folder)
        first = json.loads(meetlat.run("statement", "demo", last, "--json", *at))
        outage = first["objectives"][0]["outages"][0]
        for each in ("website", "api"):
            said = meetlat.run(
                "label",
                each,
                outage["start"],
                outage["end"],
                "--kind",
                "maintenance",
                "--by",
                "Ops",
                "--why",
                "test",
                *at,
            )
            assert f"meetlat restate demo {last}" in said, "what is sealed moves only by a restatement"
        told = meetlat.run("restate", "demo", last, "--reason", "it was maintenance", *at)
        assert "edition 2" in told
        second = json.loads(meetlat.run("statement", "demo", last, "--json", *at))
        # Labelled afterwards, it was not announced 48 hours ahead: the terms do not let it count, and say so.
        assert any(step["word"] == "late-notice" for step in second["objectives"][0]["steps"])
        assert second["objectives"][0]["availability"] == first["objectives"][0]["availability"]
        due = meetlat.run("claims", "demo", *at)
        assert "claim by" in due or due.strip() == "nothing is due"
        kit = tmp_path / "kit"
        meetlat.run("claims", "demo", last, "--kit", str(kit), *at)
        assert {file.name for file in kit.iterdir()} == {
            "statement.txt",
            "statement.json",
            "outages.csv",
            "observations.csv",
        }
        assert len((kit / "observations.csv").read_text().splitlines()) > 1


def test_a_table_of_outages_is_enough(tmp_path: Path) -> None:
    """what-if needs an agreement and a table; what is wrong with the table is told by line, all at once."""
    with installed(tmp_path) as meetlat:
        agreement = tmp_path / "acme.toml"
        agreement.write_text(
            '[agreement]\nid = "acme"\ntimezone = "Europe/Amsterdam"\ncurrency = "EUR"\n'
            '[[objective]]\nid = "uptime"\nof = "api"\ntarget = "99.9"\n'
            '[[objective.remedy]]\ntiers = [{ below = "99.9", give = "10" }]\n'
        )
        outages, fees = tmp_path / "outages.csv", tmp_path / "fees.csv"
        outages.write_text(
            "component,start,end,state,label\n"
            "api,2026-06-03T10:00:00+02:00,2026-06-03T11:00:00+02:00,,\n"
            "api,2026-06-03T10:30:00+02:00,2026-06-03T11:00:00+02:00,down,\n"
        )
        fees.write_text("component,period,amount\n,2026-06,1000.00\n")
        base = ("what-if", str(agreement), "--period", "2026-06", "--json", "--outages", str(outages))
        found = json.loads(meetlat.run(*base, "--fees", str(fees)))["objectives"][0]
        assert (found["down_seconds"], found["verdict"]) == (3600, "missed")
        assert (found["remedies"][0]["give"], found["remedies"][0]["amount"]) == ("10 percent", "100.00")
        outages.write_text(
            "component,start,end\nweb,2026-06-03T10:00:00,x\napi,2026-06-03T10:00:00Z,2026-06-03T09:00:00Z\n"
        )
        told = meetlat.run(*base, code=2)
        assert "line 2" in told
        assert "line 3" in told


def test_a_statement_prints_as_a_document(tmp_path: Path) -> None:
    """--pdf writes a PDF with text in it, --csv the ledger row by row, and both hold the same period."""
    with installed(tmp_path) as meetlat:
        folder = str(tmp_path / "demo")
        meetlat.run("demo", folder, "--months", "3", "--no-serve")
        last = (datetime.now(UTC).replace(day=1) - timedelta(days=2)).strftime("%Y-%m")
        pdf = tmp_path / "statement.pdf"
        assert "wrote" in meetlat.run("statement", "demo", last, "--config", folder, "--pdf", str(pdf))
        assert pdf.read_bytes().startswith(b"%PDF-")
        assert pdf.stat().st_size > 3000
        told = meetlat.run("statement", "demo", last, "--config", folder, "--language", "nl")
        assert "Beschikbaarheid: " in told
        assert "wrote" in meetlat.run(
            "statement", "demo", last, "--config", folder, "--language", "nl", "--pdf", str(pdf)
        )
        assert "'xx' is no language" in meetlat.run(
            "statement", "demo", last, "--config", folder, "--language", "xx", code=2
        )
        rows = list(csv.DictReader(meetlat.run("statement", "demo", last, "--config", folder, "--csv").splitlines()))
        found = json.loads(meetlat.run("statement", "demo", last, "--config", folder, "--json"))
        assert sum(int(row["seconds"]) for row in rows) == found["period"]["seconds"]
