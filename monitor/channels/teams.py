"""A channel of Microsoft Teams, by the webhook of a workflow."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from monitor.channels import Letter, Tools
from monitor.channels._hook import post
from monitor.channels._web import web
from monitor.table import Secret

MOST = 10_000  # characters; the whole card may have 28 kB


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Posts a card to ``url``, the address that a workflow "when a webhook request is received" gives."""

    url: Secret
    is_strangers: bool = field(default=False, metadata={"key": ""})

    def __post_init__(self) -> None:
        web(self.url.reveal())


async def send(settings: Settings, tools: Tools, letter: Letter) -> None:
    """Post it."""
    body = json.dumps(card(letter)).encode()
    await post(tools, settings.url.reveal(), {}, body, is_strangers=settings.is_strangers)


def card(letter: Letter) -> dict[str, Any]:
    """An Adaptive Card of runs of text, in which no Markdown is read."""
    shown = letter.text if len(letter.text) <= MOST else f"{letter.text[:MOST]}…"
    actions = [{"type": "Action.OpenUrl", "title": letter.link or letter.url, "url": letter.url}]
    if letter.manage:
        actions.append({"type": "Action.OpenUrl", "title": letter.managing, "url": letter.manage})
    if letter.leave:
        actions.append({"type": "Action.OpenUrl", "title": letter.leaving, "url": letter.leave})
    content = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [
            _run(letter.title, size="medium", weight="bolder"),
            *(_run(each) for each in shown.split("\n") if each),
        ],
        "actions": actions,
    }
    return {
        "type": "message",
        "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "content": content}],
    }


def _run(text: str, **style: str) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text, **style}]}
