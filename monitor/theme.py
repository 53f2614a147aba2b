"""How an operator's page looks: ``[theme]`` of ``meetlat.toml``, with the files that it names read and checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Annotated

from monitor.table import Faults
from monitor.values import one_of

# The colours of the style sheet, by the names of its variables; page and theme agree on these alone.
LIGHT = {"bg": "#ffffff", "soft": "#f6f8fa", "text": "#1f2328", "line": "#d0d7de", "up": "#1a7f37", "deg": "#8a6100"}
LIGHT |= {"part": "#bc4c00", "down": "#b3141e", "none": "#6e7781", "link": "#0b5cad"}
DARK = {"bg": "#0d1117", "soft": "#161b22", "text": "#e6edf3", "line": "#30363d", "up": "#3fb950", "deg": "#e3b341"}
DARK |= {"part": "#f0883e", "down": "#ff7b72", "none": "#8b949e", "link": "#58a6ff"}
LARGEST_LOGO, LARGEST_CSS = 512_000, 100_000
LEAST_CONTRAST = Fraction(9, 2)  # WCAG 2.2, 1.4.3
MAGIC = {b"\x89PNG\r\n\x1a\n": ("png", "image/png"), b"\xff\xd8\xff": ("jpg", "image/jpeg")}


def colour(value: object) -> str:
    """A colour as ``#0b5cad``."""
    if not isinstance(value, str) or not re.fullmatch("#[0-9a-fA-F]{6}", value):
        raise ValueError('allowed is a colour such as "#0b5cad"')
    return value.lower()


Colours = dict[Annotated[str, one_of(*LIGHT)], Annotated[str, colour]]


@dataclass(frozen=True)
class Theme:
    """A logo (PNG, JPEG or WebP) and a style sheet, files beside ``meetlat.toml``; colours in place of our own."""

    logo: str = ""
    css: str = ""
    light: Colours = field(default_factory=dict)
    dark: Colours = field(default_factory=dict)


@dataclass(frozen=True)
class File:
    """A file that the page serves under a name made of its bytes."""

    name: str
    media: str
    body: bytes


@dataclass(frozen=True)
class Look:
    """A theme that was read: none of it is there when nothing was wanted."""

    logo: File | None = None
    css: File | None = None


def look(theme: Theme, folder: Path, faults: Faults) -> Look:
    """The files of a theme, each fault of theirs reported."""
    logo = _read(folder, theme.logo, LARGEST_LOGO, "theme.logo", faults)
    own = _read(folder, theme.css, LARGEST_CSS, "theme.css", faults)
    kind = _kind(logo) if logo else None
    if logo and kind is None:
        faults.add("theme.logo", "allowed is a PNG, JPEG or WebP picture")
    css = (_variables(theme) + (own or b"").decode("utf-8", "replace")).encode()
    return Look(
        _named(logo, *kind) if logo and kind else None,
        _named(css, "css", "text/css; charset=utf-8") if css else None,
    )


def doubts(theme: Theme) -> list[tuple[str, str]]:
    """Where text of a colour would be hard to read on its background: a path and a sentence each (WCAG 2.2, 1.4.3)."""
    found = []
    for scheme, usual, own in (("light", LIGHT, theme.light), ("dark", DARK, theme.dark)):
        whole = usual | own
        for name in own:
            others = [each for each in whole if each not in ("bg", "soft", "line")] if name == "bg" else [name]
            for each in others:
                ratio = contrast(whole[each], whole["bg"])
                if each not in ("bg", "soft", "line") and ratio < LEAST_CONTRAST:
                    said = f"{each} on bg has a contrast of {float(ratio):.1f}; text needs 4.5"
                    found.append((f"theme.{scheme}.{name}", said))
    return found


def contrast(one: str, other: str) -> Fraction:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2, relative luminance; to three digits)."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return Fraction(round((light + 0.05) / (dark + 0.05) * 1000), 1000)


def _luminance(of: str) -> float:
    """Of a picture, not of money: floats will do."""
    parts = [int(of[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _read(folder: Path, name: str, most: int, path: str, faults: Faults) -> bytes | None:
    if not name:
        return None
    try:
        body = (folder / name).read_bytes()
    except (OSError, ValueError):
        faults.add(path, f"cannot read the file {name!r} beside meetlat.toml")
        return None
    if len(body) > most:
        faults.add(path, f"the file has {len(body)} bytes; allowed are {most}")
        return None
    return body


def _kind(body: bytes) -> tuple[str, str] | None:
    """What picture this is, by its first bytes and not by its name."""
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return "webp", "image/webp"
    return next((kind for magic, kind in MAGIC.items() if body.startswith(magic)), None)


def _variables(theme: Theme) -> str:
    def written(colours: Mapping[str, str]) -> str:
        return ":root{" + ";".join(f"--{name}:{value}" for name, value in colours.items()) + "}"

    light = written(theme.light) if theme.light else ""
    dark = f"@media screen and (prefers-color-scheme:dark){{{written(theme.dark)}}}" if theme.dark else ""
    return f"{light}{dark}"


def _named(body: bytes, ending: str, media: str) -> File:
    return File(f"{sha256(body).hexdigest()[:12]}.{ending}", media, body)
