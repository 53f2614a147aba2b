"""The page of one subscription: what they are told of, to be changed and to be ended. Its link is in each message to them.

Who has the link may do that and no more: the address is never shown whole and never changed.
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from flask import Flask, g, render_template, request

from monitor.store.subscribers import LEAVE
from monitor.telling.receiver import Subscriber, Wish
from statuspage.asking import SAID, WRONG, Counter, chosen, said


def add_subscription(app: Flask, counter: Counter) -> None:
    """The page, and what its form changes."""

    def page(to: Subscriber, token: str, status: int = 200, *, wrong: str = "", notice: str = "") -> tuple[str, int]:
        return render_template(
            "signup/subscription.html",
            subscriber=to,
            address=veiled_address(to.wish),
            about=counter.about,
            components=counter.config.components,
            wrong=WRONG.get(wrong, ""),
            notice=SAID.get(notice, ""),
            leave=f"/leave/{g.language.code}/{counter.subscribers.keys.token(LEAVE, to.id)}",
            paths={code: f"/subscription/{code}/{token}" for code in counter.letters.languages},
        ), status

    @app.get("/subscription/<string(length=2):lang>/<token>")
    def subscription(token: str) -> tuple[str, int]:
        to = counter.subscribers.managing(token)
        return page(to, token) if to else said("old", 404)

    @app.post("/subscription/<string(length=2):lang>/<token>")
    def change(token: str) -> tuple[str, int]:
        to = counter.subscribers.managing(token)
        if to is None:
            return said("old", 404)
        wish = _changed(counter, to.wish)
        if isinstance(wish, str):
            return page(to, token, 400, wrong=wish)
        if not counter.subscribers.change(to.id, wish):
            return said("old", 404)
        return page(replace(to, wish=wish), token, notice="changed")


def veiled_address(wish: Wish) -> str:
    """As much of an address as its owner needs to know it: ``j…@acme.example``, or the host of a webhook."""
    if wish.way != "email":
        return urlsplit(wish.address).hostname or ""
    name, _, host = wish.address.rpartition("@")
    return f"{name[:1]}…@{host}"


def _changed(counter: Counter, before: Wish) -> Wish | str:
    """What the form asks for at the same address, or what is wrong with it. What it does not offer stays."""
    found, language = chosen(counter), request.form.get("language", before.language)
    if isinstance(found, str):
        return found
    kinds, components = found
    kept = tuple(each for each in before.kinds if each not in counter.about)
    if language not in counter.letters.languages:
        return "address"
    return replace(before, kinds=(*kinds, *kept), components=components, language=language)
