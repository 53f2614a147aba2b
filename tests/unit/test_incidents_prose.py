"""What operators write is shown as they meant it, and does nothing else."""

from __future__ import annotations

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from statuspage.prose import ATTRIBUTES, TAGS, prose

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "[click](javascript:alert(1))",
    "[click](JaVaScRiPt&#58;alert(1))",
    "[click](data:text/html;base64,PHNjcmlwdD4=)",
    "[click](vbscript:x)",
    "<javascript:alert(1)>",
    "![x](https://evil.example/pixel.png)",
    '[a](https://x.example "onmouseover=alert(1)")',
    "[a](https://x.example/\"onclick='alert(1)')",
    "`<b onclick=1>`",
    "<!--<img src=x onerror=1>-->",
    "<a href='javascript:1'>x</a>",
    "<style>*{display:none}</style>",
    "{{7*7}} {% raw %} ${x}",
    "\u202egnp.exe",
    "a\x00b\x0b",
    "[x]: javascript:alert(1)\n\n[x]",
    "# Heading\n\n![" * 50,
]


def is_tame(text: str) -> bool:
    """Whether nothing is there that could run, load or mislead."""
    for node in html5lib.parseFragment(prose(text), treebuilder="etree", namespaceHTMLElements=False).iter():
        if node.tag == "DOCUMENT_FRAGMENT":
            continue
        if node.tag not in TAGS or set(node.attrib) - ATTRIBUTES.get(node.tag, set()) - {"rel"}:
            return False
        link = node.attrib.get("href", "https:").lower()
        if not link.startswith(("http:", "https:", "mailto:", "#", "/", "?")) and ":" in link:
            return False
    return "\u202e" not in prose(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_does_nothing(text: str) -> None:
    """No script, no handler, no address that runs, no picture from elsewhere."""
    assert is_tame(text)


@given(st.text(alphabet="<>[]()!`*_#&;:\"'=/ \n\\javscriptonlk\u202e\x00") | st.text())
def test_no_text_gets_through(text: str) -> None:
    """Whatever is written."""
    assert is_tame(text)


def test_what_is_meant_is_shown() -> None:
    """Emphasis, lists, code, links that say whose they are not; a heading below those of the page; templates stay text."""
    made = prose("# Cause\n\n*Too* **much**: `x`\n\n- a\n- [b](https://b.example/?a=1&b=2)\n\n<b>{{7*7}}</b>")
    assert "<h4>Cause</h4>" in made
    assert "<em>Too</em> <strong>much</strong>: <code>x</code>" in made
    assert '<a href="https://b.example/?a=1&amp;b=2" rel="nofollow noopener noreferrer">b</a>' in made
    assert "&lt;b&gt;{{7*7}}&lt;/b&gt;" in made


def test_a_long_line_of_brackets_is_no_siege() -> None:
    """The longest text there may be is shown, whatever it is made of."""
    for text in ("![" * 10_000, "[" * 20_000, "> " * 10_000, "*a" * 10_000, "`" * 20_000):
        assert is_tame(text)
