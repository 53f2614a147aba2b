"""One POST to an address that the receiver named, over the HTTP of the probes: no redirect is followed, no cookie kept."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from urllib.parse import urlsplit

from monitor.channels import SECONDS, Tools
from monitor.channels._letter import Gone, NotSent, Refused
from monitor.http_client import Question, Timings
from monitor.public import is_public
from monitor.reach import NoAnswerError
from monitor.resolver import DeniedError, NoSuchNameError, UnresolvableError

LIMIT = 4 << 10
GONE = 410
NEVER = {400, 413, 422}  # of this very message; what an operator can repair at the address is tried again


async def post(tools: Tools, url: str, headers: Mapping[str, str], body: bytes, *, is_strangers: bool) -> None:
    """Post it. NotSent or Refused for any answer but 2xx.

    What a stranger named is connected to only at the addresses that were looked up and found public, whatever the name says later.
    """
    question = Question(url, "POST", {"content-type": "application/json", **headers}, body, limit=LIMIT)
    try:
        async with asyncio.timeout(SECONDS):
            addresses = await tools.resolver.addresses(question.host)
            if is_strangers and not all(is_public(each, tools.reach) for each in addresses):
                raise Refused("its address is not public")
            answer = await tools.http.ask(question, addresses, Timings(tools.clock.ticks_us))
    except DeniedError as error:
        raise Refused("its address may not be asked") from error
    except (NoSuchNameError, UnresolvableError) as error:
        raise NotSent("its name was not found") from error
    except NoAnswerError as error:
        raise NotSent(f"{error.kind}: {error.evidence}") from error
    except TimeoutError as error:
        raise NotSent("no answer in time") from error
    except (ValueError, ssl.SSLError) as error:
        raise Refused("its address cannot be asked") from error
    if 200 <= answer.status < 300:
        return
    if answer.status == GONE:
        raise Gone("status 410, gone", 1)
    if answer.status in NEVER:
        raise Refused(f"status {answer.status}, it does not take this message")
    after = answer.headers.get("retry-after", "")
    raise NotSent(f"status {answer.status}", int(after) if after.isdecimal() and len(after) < 6 else None)


def named(url: str) -> str:
    """The host of an address, which is all of it that is shown: the rest may be a secret."""
    return urlsplit(url).hostname or "?"
