"""What the README tells a reader to type does what it says, on the configuration that is shipped."""

from __future__ import annotations

import json
import re
import shutil
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from running import eventually, installed

from monitor.config import load

ROOT = Path(__file__).parents[2]


def test_the_commands_of_the_readme(tmp_path: Path) -> None:
    """Check, probe and statement, as printed in the README, beside a running monitor."""
    readme = (ROOT / "README.md").read_text()
    commands = [line.split()[1:] for line in readme.splitlines() if line.startswith(".venv/bin/meetlat ")]
    assert [words[0] for words in commands] == ["check", "probe", "statement", "what-if", "budget"]
    with installed(tmp_path) as meetlat:
        shutil.copytree(ROOT / "config", meetlat.config)
        main = meetlat.config / "meetlat.toml"
        main.write_text(main.read_text().replace("8080", str(meetlat.port)))
        meetlat.start()
        eventually(lambda: meetlat.get("/healthz")[0] == 200, "a healthy page", 40)
        check, probe, statement, what_if, budget = commands
        assert "99.903 %: met" in meetlat.run(*what_if)
        assert "43m 50s in an average month" in meetlat.run(*budget)
        assert "status-page-health" in meetlat.run(*check)
        assert meetlat.run(*probe).startswith(f"{probe[1]}: pass")
        now = datetime.now(ZoneInfo("Europe/Amsterdam"))
        asked = [re.sub(r"^\d{4}-\d\d$", f"{now:%Y-%m}", word) for word in statement]  # the README's month passes
        found = json.loads(meetlat.run(*asked))
        assert found["agreement"] == statement[1]
        eventually(lambda: json.loads(meetlat.run(*asked))["objectives"][0]["accounts"]["up"], "seconds up", 40)
        meetlat.stop()


def test_the_toml_of_the_readme_is_read(tmp_path: Path) -> None:
    """Each piece of TOML in the README is a configuration without a fault: by itself, or beside the component that it needs."""
    pieces = re.findall(r"^```toml\n(.*?)^```", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    assert len(pieces) >= 4
    page = '[page]\nname = "Acme"\nurl = "https://status.acme.example"\n'
    component = '[[component]]\nid = "api"\nname = "API"\n'
    component += '[[component.probe]]\nid = "p"\nkind = "tcp"\nhost = "127.0.0.1"\nport = 9\n'
    for n, piece in enumerate(pieces):
        folder = tmp_path / str(n)
        (folder / "agreements").mkdir(parents=True)
        (folder / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n")
        (folder / "own.css").write_text("")
        is_agreement = "[agreement]" in piece
        whole = page + component if is_agreement else piece
        whole = whole if "[page]" in whole else page + whole
        (folder / "meetlat.toml").write_text(whole if "[[component]]" in whole else f"{whole}\n{component}")
        if is_agreement:
            (folder / "agreements/one.toml").write_text(piece)
        load(folder, dict.fromkeys(re.findall(r"\$\{(\w+)\}", piece), "a-secret-of-sixteen-or-more"))


def test_the_two_commands_are_there() -> None:
    """The README's two commands are targets of the Makefile."""
    makefile = (ROOT / "Makefile").read_text()
    for name in re.findall(r"^make (\w+)", (ROOT / "README.md").read_text(), re.MULTILINE):
        assert re.search(rf"^{name}:", makefile, re.MULTILINE), name
