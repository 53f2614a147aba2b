"""A webhook of any program: JSON with a version, signed."""

from __future__ import annotations

from dataclasses import dataclass, field

from monitor.channels import Letter, Tools
from monitor.channels._hook import post
from monitor.channels._web import web
from monitor.table import Secret
from monitor.telling.payload import body_of, key_of, signed


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Posts to ``url`` what ``payload.schema.json`` describes, signed with ``secret`` as the Standard Webhooks say (``whsec_``
    and base64, or any other text). Without a secret it is not signed.
    """

    url: Secret
    secret: Secret | None = None
    is_strangers: bool = field(default=False, metadata={"key": ""})

    def __post_init__(self) -> None:
        web(self.url.reveal())
        if self.secret:
            key_of(self.secret.reveal())


async def send(settings: Settings, tools: Tools, letter: Letter) -> None:
    """Post it."""
    body = body_of(letter.payload)
    if settings.secret:
        headers = signed(settings.secret.reveal(), letter.id, tools.clock.now(), body)
    else:
        headers = {"webhook-id": letter.id, "webhook-timestamp": str(tools.clock.now())}
    await post(tools, settings.url.reveal(), headers, body, is_strangers=settings.is_strangers)
