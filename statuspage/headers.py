"""What goes ahead of every answer: what a browser may do with it, and who may keep it for how long."""

from __future__ import annotations

from collections.abc import Sequence

SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self';"
        " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
# The policy as a page can carry it itself, where nobody sends headers. Who may frame it is for headers alone (CSP 3, 3.3).
REPEATED = SECURITY["Content-Security-Policy"].removesuffix("; frame-ancestors 'none'")
# Where feeds and calendars end.
OPEN = ("/feed.rss", "/feed.atom", "/feed.json", "/history.rss", "/history.atom", ".ics")
# A feed may be read by a script on any other site.
SHARED = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "If-None-Match, If-Modified-Since",
    "Access-Control-Expose-Headers": "ETag",
    "Access-Control-Max-Age": "86400",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
# What programs read is shown by no browser: nothing in it may do anything.
MACHINES = SHARED | {
    "Access-Control-Expose-Headers": "ETag, Link",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Vary": "Accept-Encoding",
}

# Kept for seconds while all is well; a cache may show an old page, which says how old it is, only while we cannot answer.
PAGE = "public, max-age=15, s-maxage=30, stale-while-revalidate=60, stale-if-error=86400"
OVER = "public, max-age=300, stale-if-error=86400"  # a month that is over
FEED = "public, max-age=60, s-maxage=60, stale-while-revalidate=60, stale-if-error=86400"
API = "public, max-age=10, s-maxage=10, stale-while-revalidate=20, stale-if-error=3600"
ABSENT = "public, max-age=15"  # what is not there now may be there soon
FILE = "public, max-age=31536000, immutable"  # a file asked for by the hash of its bytes
NEVER = "no-store"


def framed(by: Sequence[str]) -> str:
    """The policy of a page that these sites may show within theirs."""
    return SECURITY["Content-Security-Policy"].replace("frame-ancestors 'none'", f"frame-ancestors {' '.join(by)}")


def kept(status: int, wanted: str) -> str:
    """The ``Cache-Control`` of an answer with this status, whose view asked for ``wanted``: a fault is never kept."""
    if status in (200, 304):
        return wanted
    return ABSENT if status in (308, 404) else NEVER
