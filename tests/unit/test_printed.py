"""A statement on paper, in the languages of the page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from calculated import HOUR, at, computed, terms

from monitor.pdf import statement
from monitor.sla.facts import Piece
from monitor.timeline.span import Span
from statuspage.i18n import speak
from statuspage.pages.agreement import claims
from statuspage.pages.printed import lines

JUNE = at("2026-06-01T00:00")
TERMS = """
[[objective]]
id = "uptime"
of = "api"
target = "99.9"
[[objective.remedy]]
tiers = [{ below = "99.9", give = "12.5" }]
[[objective.remedy]]
id = "exit"
kind = "termination"
when = [{ consecutive = 2 }]
[claim]
submit = { within = 30, unit = "days", from = "period-end" }
"""
DRAWN = {"api": [Piece(Span(JUNE, JUNE + 2 * HOUR), "down"), Piece(Span(JUNE + 4 * HOUR, JUNE + 6 * HOUR), "unknown")]}


def made() -> dict[str, Any]:
    """June with two hours down and two of silence, at 100 euros."""
    return computed(terms(TERMS, "Europe/Amsterdam"), pieces=DRAWN, fees={"api|2026-06": "100"})


def test_a_statement_reads_in_dutch() -> None:
    """Figure, verdict, credit, its deadline and the bounds are sentences of the page; decimals have a comma."""
    told = list(lines(made(), speak("nl", "Europe/Amsterdam")))
    assert told[0] == "acme (): 2026-06 in Europe/Amsterdam, afgesloten"
    assert told[2] == "uptime van api, 2026-06: 99,721%, niet gehaald"
    assert "  Tussen 99,444% en 99,722% door wat niet bekend is." in told
    assert "  Servicekrediet credit: 12,5 % van de vergoeding = EUR 12,50, verschuldigd" in told
    assert "    Vraag het aan uiterlijk 30 juli 2026." in told
    assert "  Opzegging exit: niets verschuldigd" in told


def test_a_statement_reads_in_english() -> None:
    """The same lines, as many of them, in the language of the source."""
    told = list(lines(made(), speak("en", "Europe/Amsterdam")))
    assert told[2] == "uptime of api, 2026-06: 99.721%, missed"
    assert "    Claim it by 30 July 2026." in told
    assert len(told) == len(list(lines(made(), speak("nl", "Europe/Amsterdam"))))


def test_the_lines_become_a_pdf(tmp_path: Path) -> None:
    """With letters that are not English."""
    file = tmp_path / "statement.pdf"
    statement(made(), list(lines(made(), speak("nl", "Europe/Amsterdam"))), file)
    assert file.read_bytes().startswith(b"%PDF-")


def test_what_a_claim_needs_and_how_it_is_paid_is_said() -> None:
    """Every key of a claim that is shown and not computed has its sentence."""
    text = (
        TERMS
        + """evidence = ["account", "timestamps"]
settle = "second-next-invoice"
expires = "365d"
[[component]]
id = "api"
measured_by = "third-party"
"""
    )
    dutch = speak("nl", "UTC")
    assert [each.told(dutch) for each in claims(terms(text).newest)][1:] == [
        "Een aanvraag bevat: account, timestamps.",
        "Wat verschuldigd is wordt verrekend met de factuur na de volgende.",
        "Wat niet is gebruikt vervalt na 365 dagen.",
        "Er is geen andere genoegdoening dan deze.",
        "Voor api beslist de meting van een derde.",
    ]
    ended = terms(TERMS.replace("submit", 'expires = "termination"\nsubmit')).newest
    assert "Wat niet is gebruikt vervalt als de overeenkomst eindigt." in [each.told(dutch) for each in claims(ended)]
