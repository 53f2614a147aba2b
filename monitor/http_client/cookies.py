"""The cookies of one run: what one answer sets is shown with the next question, to those whom it is meant for."""

from __future__ import annotations

import httpx

MOST = 50
LONGEST = 4 << 10  # characters; browsers keep no longer ones


class Cookies:
    """A jar, as browsers have it: by host, path and whether the way is private. What it holds is never shown to operators."""

    def __init__(self) -> None:
        self._jar = httpx.Cookies()

    def shown_with(self, request: httpx.Request) -> httpx.Request:
        """The same request with the cookies that are for it, unless it has cookies of its own."""
        made = httpx.Request(request.method, request.url, headers=request.headers, content=request.content or None)
        self._jar.set_cookie_header(made)
        return made

    def take(self, request: httpx.Request, response: httpx.Response) -> None:
        """Keep what the answer sets: at most so many, and none that is longer than anybody means or could not be sent."""
        set_now = [each for each in response.headers.get_list("set-cookie") if len(each) <= LONGEST and _is_plain(each)]
        told = httpx.Response(200, headers=[("set-cookie", value) for value in set_now[:MOST]], request=request)
        self._jar.extract_cookies(told)


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable()
