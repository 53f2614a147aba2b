"""Two checkers of HTML that others wrote have nothing to say of any page: the W3C's, and one for how HTML is written."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from programs import modules, program
from running import installed

CLIENTS = Path(__file__).parents[1] / "clients"
Checker = Callable[[Path], "subprocess.CompletedProcess[str]"]
WRONG = '<!doctype html>\n<html lang="en"><head><title>x</title></head><body><img src="x"><p><div></div></p></body></html>\n'


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every page of the demonstration, in each language, as files."""
    home = tmp_path_factory.mktemp("html")
    with installed(home) as meetlat:
        meetlat.run("demo", str(home / "demo"), "--months", "3", "--no-serve")
        meetlat.run("export", "--config", str(home / "demo"), "--out", str(home / "out"))
    assert len(list((home / "out").rglob("*.html"))) > 60
    return home / "out"


def nu(folder: Path) -> subprocess.CompletedProcess[str]:
    """What the Nu HTML checker of the W3C says."""
    jar = modules(CLIENTS) / "vnu-jar/build/dist/vnu.jar"
    command = [program("java", "default-jre-headless"), "-jar", str(jar), "--errors-only", "--skip-non-html"]
    return subprocess.run([*command, str(folder)], capture_output=True, text=True, timeout=240, check=False)


def html_validate(folder: Path) -> subprocess.CompletedProcess[str]:
    """What html-validate says, by its recommended rules."""
    tool = modules(CLIENTS) / "html-validate/bin/html-validate.mjs"
    command = [program("node", "nodejs"), str(tool), "--config", str(CLIENTS / "html-validate.json"), "--ext", "html"]
    return subprocess.run([*command, str(folder)], capture_output=True, text=True, timeout=240, check=False)


@pytest.mark.parametrize("checker", [nu, html_validate])
def test_every_page_is_valid(pages: Path, checker: Checker) -> None:
    """Without an error."""
    done = checker(pages)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.parametrize("checker", [nu, html_validate])
def test_the_checkers_see_what_is_wrong(tmp_path: Path, checker: Checker) -> None:
    """What finds nothing has looked."""
    (tmp_path / "index.html").write_text(WRONG)
    assert checker(tmp_path).returncode != 0
