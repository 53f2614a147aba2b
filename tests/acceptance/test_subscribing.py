"""The whole of it as its user starts it: one command, a form in the browser's hands, a real mail server, and an outage."""

from __future__ import annotations

import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from receiving import mail_table, receiving
from running import Target, eventually, free_port, installed
from samples import ONE_TARGET


def sent(url: str, **fields: str) -> tuple[int, str]:
    """Open an address, or send a form to it."""
    data = urllib.parse.urlencode(fields).encode() if fields else None
    try:
        with urllib.request.urlopen(url, data, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


def test_from_the_form_to_the_mail_that_it_is_over(tmp_path: Path) -> None:
    """``meetlat run`` starts what is needed: asked, confirmed, told of an incident in Dutch; one alert and its end."""
    target, port = Target(), free_port()
    with receiving() as (hooks, mailing), installed(tmp_path) as meetlat:
        form = f"http://127.0.0.1:{port}/to"
        tables = f"""{mail_table(mailing)}
[subscribe]
url = "{form}"
port = {port}
[[channel]]
id = "ops"
kind = "webhook"
url = "{hooks.url("/ops")}"
[[alert]]
id = "all"
channels = ["ops"]
together = "1s"
"""
        meetlat.write("meetlat.toml", ONE_TARGET.format(port=target.port) + tables)
        meetlat.start()
        eventually(lambda: sent(f"{form}/nl/")[0] == 200, "the form", 60)
        eventually(lambda: f"{form}/nl/" in meetlat.get("/subscribe")[1], "the way to it", 60)
        assert sent(f"{form}/static/meetlat.css")[0] == 200
        status, said = sent(f"{form}/nl/", address="jan@acme.example", kind="incident")
        assert status == 200, said
        link = eventually(lambda: mailing.letters, "the link", 60)[0].link("confirm")
        assert sent(link)[0] == 200
        assert "Bevestigd" in sent(link, yes="1")[1]

        def steps() -> list[str]:
            return [each.told["data"]["step"] for each in hooks.at("/ops")]

        target.stop()
        alert = eventually(lambda: hooks.at("/ops"), "the alert", 60)[0].told
        assert (alert["data"]["step"], alert["components"]) == ("opened", ["api"])
        config = ("--config", str(meetlat.config))
        spoken = ("--by", "Jan", "--text", "Wij kijken.")
        name = meetlat.run("incident", "open", "Traag", "--component", "api=down", *spoken, *config)
        news = eventually(lambda: mailing.letters[1:], "the news", 60)[0]
        assert news.mail["Subject"] == "[In onderzoek] Traag"
        assert "Wij kijken." in news.text
        target.start()
        meetlat.run("incident", "resolve", name.split()[0], "--by", "Jan", "--text", "Voorbij.", *config)
        over = eventually(lambda: mailing.letters[2:], "the end", 60)[0]
        assert over.mail["Subject"] == "[Opgelost] Traag"
        leave = str(over.mail["List-Unsubscribe"]).strip("<>")
        assert sent(leave, **{"List-Unsubscribe": "One-Click"})[0] == 200
        assert meetlat.run("subscribers", "list", *config) == "no subscribers\n"
        assert meetlat.run("deliveries", *config) == "everything was told\n"
        first, *between, last = eventually(
            lambda: steps() if steps()[-1] == "recovered" else None, "the end of the alert", 60
        )
        assert (first, last) == ("opened", "recovered")
        assert between in ([], ["changed"]), "an incident that comes to it while it is down"
        assert len(mailing.letters) == 3
        meetlat.stop()
    target.stop()
