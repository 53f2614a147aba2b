"""One answer as it is kept: plain, and compressed for whoever can unpack it, each with its own tag (RFC 9110, 8.8.3, 12.5.3)."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import brotli

from statuspage.negotiated import FIRST_VISIT

SMALLEST = 600  # bytes that are worth compressing
TEXT = ("text/", "application/", "image/svg")
DROPPED = ("content-length", "etag", "vary")
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: bytes(brotli.compress(body, quality=5)),
    "gzip": lambda body: gzip.compress(body, 6, mtime=0),
}  # the first that the reader takes is used
NOT_TAKEN = ("q=0", "q=0.", "q=0.0", "q=0.00", "q=0.000")
OF_BODY = ("Content-Type", "Content-Length", "Content-Encoding")
SUFFIXES = {"br": "-br", "gzip": "-gz", "identity": ""}


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a request decides which bytes are the answer. ``is_plain``: GET or HEAD, without a query or a condition on dates.

    ``languages`` is what the reader would like to read, where that matters.
    """

    path: str
    is_plain: bool = True
    is_head: bool = False
    accepted: str = ""
    held: str = ""
    languages: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes out."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes

    def start(self, start_response: Any) -> Iterable[bytes]:
        """Answer as WSGI wants it."""
        start_response(self.status, list(self.headers))
        return [self.body]


def of(environ: Mapping[str, Any]) -> Asked:
    """A request of WSGI."""
    return asked(
        environ["REQUEST_METHOD"],
        environ.get("PATH_INFO", ""),
        environ.get("QUERY_STRING", ""),
        lambda name: str(environ.get("HTTP_" + name.upper().replace("-", "_"), "")),
    )


def asked(method: str, path: str, query: str, header: Callable[[str], str]) -> Asked:
    """A request by its parts; ``header(name)`` is empty for one that is absent."""
    held = header("if-none-match")
    by_date = not held and bool(header("if-modified-since"))
    return Asked(
        path,
        method in ("GET", "HEAD") and not query and not by_date,
        method == "HEAD",
        header("accept-encoding"),
        held,
        header("accept-language") if path == FIRST_VISIT else "",
    )


@dataclass(frozen=True)
class Answer:
    """The headers that all forms share, the plain bytes and their tag."""

    headers: tuple[tuple[str, str], ...]
    body: bytes
    tag: str
    is_packable: bool
    varies: str = "Accept-Encoding"
    forms: dict[str, Reply] = field(default_factory=dict)  # each is made when it is first asked for

    @classmethod
    def made(cls, status: str, headers: Iterable[tuple[str, str]], body: bytes) -> Answer | None:
        """What may be kept for everybody; None for anything else."""
        kept = tuple(headers)
        names = {name.lower(): value for name, value in kept}
        is_public = names.get("cache-control", "").startswith("public") and "set-cookie" not in names
        if not status.startswith("200") or not is_public or "etag" not in names:
            return None
        lasting = tuple((name, value) for name, value in kept if name.lower() not in DROPPED)
        is_packable = names.get("content-type", "").startswith(TEXT) and len(body) >= SMALLEST
        varies = ", ".join(dict.fromkeys(["Accept-Encoding", *filter(None, names.get("vary", "").split(", "))]))
        return cls(lasting, body, names["etag"].removeprefix("W/").strip('"'), is_packable, varies)

    def is_made(self, asked: Asked) -> bool:
        """True when the form that this request gets was made already, so that a reply costs nothing."""
        return not self.is_packable or _coding(asked.accepted) in self.forms

    def reply(self, asked: Asked) -> Reply:
        """The reply to a request: no body to whoever has these bytes, compressed to whoever can unpack them."""
        coding = _coding(asked.accepted) if self.is_packable else "identity"
        form = self.forms.get(coding) or self._form(coding)
        tag = f'"{self.tag}{SUFFIXES[coding]}"'
        if tag in asked.held or asked.held == "*":
            return Reply("304 NOT MODIFIED", [each for each in form.headers if each[0] not in OF_BODY], b"")
        return Reply(form.status, form.headers, b"") if asked.is_head else form

    def _form(self, coding: str) -> Reply:
        body = self.body if coding == "identity" else PACKERS[coding](self.body)
        tag = f'"{self.tag}{SUFFIXES[coding]}"'
        headers = [*self.headers, ("ETag", tag), ("Vary", self.varies), ("Content-Length", str(len(body)))]
        if coding != "identity":
            headers.append(("Content-Encoding", coding))
        self.forms[coding] = made = Reply("200 OK", headers, body)
        return made


@lru_cache(maxsize=500)
def _coding(accepted: str) -> str:
    """The best coding that is taken; ``*`` alone is taken for gzip, which everybody has."""
    weights: dict[str, bool] = {}
    for part in accepted.lower().split(","):
        name, _, weight = part.partition(";")
        weights[name.strip()] = weight.replace(" ", "") not in NOT_TAKEN
    for coding in PACKERS:
        if weights.get(coding):
            return coding
    return "gzip" if weights.get("*") and "gzip" not in weights else "identity"
