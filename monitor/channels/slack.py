"""A channel of Slack, by its incoming webhook."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from monitor.channels import Letter, Tools
from monitor.channels._hook import post
from monitor.channels._web import web
from monitor.table import Secret

MOST = 2_900  # characters of a block, of 3,000


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Posts to ``url``, the address that Slack gives for an incoming webhook."""

    url: Secret
    is_strangers: bool = field(default=False, metadata={"key": ""})

    def __post_init__(self) -> None:
        web(self.url.reveal())


async def send(settings: Settings, tools: Tools, letter: Letter) -> None:
    """Post it."""
    body = json.dumps(blocks(letter)).encode()
    await post(tools, settings.url.reveal(), {}, body, is_strangers=settings.is_strangers)


def blocks(letter: Letter) -> dict[str, Any]:
    """What Slack shows: all that others wrote is plain text there, so that no name mentions a channel or makes a link."""
    shown = letter.text if len(letter.text) <= MOST else f"{letter.text[:MOST]}…"
    found: list[dict[str, Any]] = [
        {"type": "header", "text": _plain(letter.title[:150])},
        {"type": "section", "text": _plain(shown or letter.title)},
        {
            "type": "section",
            "text": {"type": "mrkdwn", "text": f"<{_escaped(letter.url)}|{_escaped(letter.link or letter.url)}>"},
        },
    ]
    ways = ((letter.manage, letter.managing), (letter.leave, letter.leaving))
    ends = [{"type": "mrkdwn", "text": f"<{_escaped(url)}|{_escaped(words)}>"} for url, words in ways if url]
    if ends:
        found.append({"type": "context", "elements": ends})
    return {"text": _escaped(letter.title), "blocks": found}


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("|", "¦")
