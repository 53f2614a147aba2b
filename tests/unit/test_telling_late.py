"""What comes late: the file of the teller at the first start of all, and words about an incident that is over."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from receiving import receiving
from running import eventually
from telling_run import told

from monitor.store import engine
from monitor.store.outbox import telling_path

OPS = """
[[channel]]
id = "ops"
kind = "webhook"
url = "{url}"
[[alert]]
id = "all"
channels = ["ops"]
together = "1s"
kinds = ["incident"]
"""


def test_a_file_that_is_being_made_is_waited_for(tmp_path: Path) -> None:
    """The form and the teller start together, and both make the file: whoever comes second waits for a moment."""
    with receiving() as (hooks, _), told(tmp_path, OPS.format(url=hooks.url())) as acme:
        held = engine.lock(telling_path(acme.url))
        threading.Timer(0.7, held.close).start()
        acme.start()


def test_what_is_said_of_an_incident_that_is_over_is_no_alert(tmp_path: Path) -> None:
    """A postmortem and corrected times are read by whoever wants to; nobody is woken by them."""
    with receiving() as (hooks, _), told(tmp_path, OPS.format(url=hooks.url())) as acme:
        acme.start()
        acme.incident(1, "investigating")
        eventually(lambda: hooks.posts, "the alert")
        acme.incident(2, "resolved")
        eventually(lambda: len(hooks.posts) == 2, "its end")
        over = acme.incident(3, "postmortem")
        acme.incident(4, "corrected", start=over.at - 3600)
        time.sleep(2.5)  # longer than it takes to look, and than what comes together
        assert [each.told["data"]["step"] for each in hooks.posts] == ["opened", "recovered"]
