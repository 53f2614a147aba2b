"""The mistakes that no input can tell from the code as it is, each with the reason: ``explained.toml``.

An entry is found by the text of its line and what is changed there, and by ``nth`` where the same is changed there more than once.
One that matches no mistake, or several, is an error: it would explain nothing, or hide one that matters.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Mapping
from pathlib import Path

from mutation.mutants import mutants

TABLE = Path(__file__).with_name("explained.toml")


def explained(sources: Mapping[str, Path], table: str | None = None) -> dict[tuple[str, int], str]:
    """The reason by module and place of the mistake in it. ValueError for an entry that does not match exactly one."""
    text = TABLE.read_text("utf-8") if table is None else table
    found: dict[tuple[str, int], str] = {}
    for entry in tomllib.loads(text)["mistake"]:
        module = entry["module"]
        places = _places(sources[module].read_text("utf-8"), entry["line"], entry["what"])
        chosen = places[entry["nth"] - 1 : entry["nth"]] if "nth" in entry else places
        if len(chosen) != 1 or not entry["why"]:
            raise ValueError(f"{module}: {entry['line']}: {entry['what']}: {len(places)} mistakes are this one")
        if (module, chosen[0]) in found:
            raise ValueError(f"{module}: {entry['line']}: {entry['what']}: stands there twice")
        found[module, chosen[0]] = entry["why"]
    return found


def _places(source: str, line: str, what: str) -> list[int]:
    lines = source.splitlines()
    every = enumerate(mutants(ast.parse(source)))
    return [n for n, each in every if each.what == what and lines[each.line - 1].strip() == line]
