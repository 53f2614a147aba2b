"""Every way in which a question over HTTP may be sent: on either transport, on either event loop. A test that asks for the
fixture is run on each, and must find the same.
"""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from monitor.http_client import HttpClient, Lean, Stock
from monitor.loop import run

WAYS = {"lean": (Lean, run), "lean-asyncio": (Lean, asyncio.run), "stock": (Stock, asyncio.run)}


@pytest.fixture(params=WAYS)
def transport(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The transport, in use for this test."""
    used, loop = WAYS[request.param]
    monkeypatch.setattr(HttpClient, "usual", used)
    monkeypatch.setattr(asyncio, "run", loop)
    return used
