"""A Chromium of its own for each journey: nothing is left of one when the next begins. The door to Playwright, an extra."""

from __future__ import annotations

import asyncio
import importlib.util
import re
import tempfile
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from monitor.http_client import Answer
from monitor.reach import NoAnswerError

if TYPE_CHECKING:
    from playwright.async_api import Page, Playwright, Request, Response

PATIENCE = 1.0  # seconds that it may take to leave
LEAVING: set[asyncio.Future[None]] = set()  # drivers that nobody waits for any more, until they have gone
ARGUMENTS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--no-first-run",
)
# The beginnings of what Chromium calls its faults, and what they are here; the first that fits.
FAULTS = (
    ("ERR_NAME_", "dns"),
    ("ERR_CERT_", "tls"),
    ("ERR_SSL_", "tls"),
    ("ERR_BAD_SSL_", "tls"),
    ("ERR_CONNECTION_REFUSED", "connect"),
    ("ERR_CONNECTION_TIMED_OUT", "timeout"),
    ("ERR_TIMED_OUT", "timeout"),
    ("ERR_CONNECTION_", "closed"),
    ("ERR_EMPTY_RESPONSE", "closed"),
    ("ERR_INCOMPLETE_", "closed"),
    ("ERR_CONTENT_LENGTH_MISMATCH", "closed"),
    ("ERR_TOO_MANY_REDIRECTS", "redirect"),
    ("ERR_UNSAFE_REDIRECT", "redirect"),
    ("ERR_UNKNOWN_URL_SCHEME", "redirect"),
    ("ERR_ABORTED", "protocol"),  # a download, or an answer without a page
    ("ERR_INVALID_", "protocol"),
    ("ERR_RESPONSE_HEADERS_", "protocol"),
    ("ERR_HTTP", "protocol"),
)


class NoBrowserError(Exception):
    """There is no browser, or no more."""


class LateError(Exception):
    """What was waited for did not come."""


class UnreadError(Exception):
    """The selector is none."""


@contextmanager
def _told() -> Iterator[None]:
    """What Playwright raises, as one of the three above, or as NoAnswerError."""
    from playwright.async_api import Error
    from playwright.async_api import TimeoutError as Late

    try:
        yield
    except Late as error:
        raise LateError from error
    except Error as error:
        if "net::ERR_" in error.message:
            raise known(error.message) from error
        if "Download is starting" in error.message:
            raise NoAnswerError("protocol", "a file in the place of a page") from error
        if "selector" in error.message or "Unexpected token" in error.message:
            raise UnreadError from error
        raise NoBrowserError("it ended on the way") from error


@dataclass
class Browsing:
    """A page, and what became of the newest document that it was to open: an answer, or a ``fault`` of the way to ``host``."""

    page: Page
    answer: Answer | None = None
    fault: str = ""
    host: str = ""
    response: Response | None = None

    async def open(self, url: str, ms: int) -> None:
        """Go there, and wait until all of it is loaded."""
        self.answer, self.fault, self.host = None, "", ""
        with _told():
            await self.page.goto(url, timeout=ms)

    async def fill(self, selector: str, value: str, ms: int) -> None:
        """Write this into a field."""
        with _told():
            await self.page.locator(selector).first.fill(value, timeout=ms)

    async def click(self, selector: str, ms: int) -> None:
        """Click it, once it can be clicked."""
        with _told():
            await self.page.locator(selector).first.click(timeout=ms)

    async def see(self, selector: str | None, text: str | None, ms: int) -> None:
        """Wait until it can be seen."""
        with _told():
            found = self.page.locator(selector or "body")
            wanted = found.filter(has_text=text) if text else found
            await wanted.first.wait_for(state="visible", timeout=ms)

    async def picture(self, ms: int) -> bytes:
        """What is seen now, as PNG."""
        with _told():
            return await self.page.screenshot(timeout=ms)

    async def certificate(self) -> list[str]:
        """The certificate that the browser believed when it opened the newest page: a line for each thing about it."""
        if not self.response:
            return []
        answer, self.response = self.response, None
        lines = []
        with _told():
            tls = await answer.security_details()
        if tls:
            lines.append(f"TLS: {tls.get('protocol', 'unknown')}")
            lines += [f"certificate of {tls.get('subjectName', 'nobody')}, issued by {tls.get('issuer', 'nobody')}"]
            lines += [
                f"  not before {_instant(tls.get('validFrom'))}",
                f"  certificate ends {_instant(tls.get('validTo'))}",
            ]
        return lines

    def on_response(self, response: Response) -> None:
        """Keep what a page of its own is answered with."""
        if self._is_page(response.request):
            self.answer, self.fault = Answer(response.status, dict(response.headers), b"", False), ""
            self.response = response

    def on_failed(self, request: Request) -> None:
        """Keep why there was no answer. A page that gives way to the next, or a status without a page, is none."""
        failure = request.failure or "net::ERR_FAILED"
        if self._is_page(request) and failure not in ("net::ERR_ABORTED", "net::ERR_HTTP_RESPONSE_CODE_FAILURE"):
            self.answer, self.fault, self.host = None, failure, urlsplit(request.url).hostname or ""

    def _is_page(self, request: Request) -> bool:
        return request.is_navigation_request() and request.frame == self.page.main_frame


def _instant(seconds: float | None) -> str:
    return "unknown" if seconds is None else f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}"


def missing() -> str:
    """What an operator should know before a browser can be had; empty when it can."""
    if importlib.util.find_spec("playwright") is None:
        return "this kind needs the package playwright, which is not installed; it comes with meetlat[browser]"
    return ""


@asynccontextmanager
async def browsing(executable: str | None, is_sandboxed: bool, is_verified: bool, port: int) -> AsyncIterator[Browsing]:
    """A browser with an empty page, whose only way out is the proxy at this port. NoBrowserError when it does not start."""
    from playwright.async_api import Error, async_playwright

    with tempfile.TemporaryDirectory(prefix="meetlat-browser-", ignore_cleanup_errors=True) as home:
        running = await _started(async_playwright().start())
        try:
            try:
                context = await running.chromium.launch_persistent_context(
                    f"{home}/profile",
                    artifacts_dir=f"{home}/artifacts",
                    executable_path=executable,
                    chromium_sandbox=is_sandboxed,
                    env={"HOME": home, "TMPDIR": home, "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"},
                    args=list(ARGUMENTS),
                    proxy={"server": f"socks5://127.0.0.1:{port}", "bypass": "<-loopback>"},
                    handle_sigint=False,
                    handle_sigterm=False,
                    handle_sighup=False,
                    accept_downloads=False,
                    ignore_https_errors=not is_verified,
                    service_workers="block",
                )
            except Error as error:
                raise NoBrowserError(_why(error.message)) from error
            made = Browsing(context.pages[0] if context.pages else await context.new_page())
            made.page.on("response", made.on_response)
            made.page.on("requestfailed", made.on_failed)
            yield made
        finally:
            await _end(running)


def _why(said: str) -> str:
    """Why a browser does not start, in our own words."""
    if "Executable doesn't exist" in said or "ENOENT" in said:
        return "there is none at its path"
    return (
        "as root it starts with sandbox = false only" if "as root without --no-sandbox" in said else "it ended at once"
    )


async def _started(starting: Coroutine[None, None, Playwright]) -> Playwright:
    """The driver. Who is cancelled meanwhile waits for it a little; it is told to leave however late it comes."""
    task = asyncio.ensure_future(starting)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        leaving = asyncio.ensure_future(_dismissed(task))
        LEAVING.add(leaving)
        leaving.add_done_callback(LEAVING.discard)
        await asyncio.wait({leaving}, timeout=PATIENCE)
        raise


async def _dismissed(starting: asyncio.Future[Playwright]) -> None:
    with suppress(Exception):  # one that did not start need not leave
        await _end(await starting)


async def _end(running: Playwright) -> None:
    """End the driver, and with it the browser: both leave when the pipe is closed, whether that is waited for or not."""
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            await running.stop()


def known(fault: str) -> NoAnswerError:
    """What a fault of Chromium is here."""
    found = re.search(r"ERR_[A-Z0-9_]+", fault)
    code = found[0] if found else "ERR_FAILED"
    kind = next((kind for start, kind in FAULTS if code.startswith(start)), "internal")
    return NoAnswerError(kind, f"the browser says {code}")
