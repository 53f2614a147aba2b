"""What the views of the form to subscribe share: what one may choose from, what is answered, how often one may ask."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import render_template, request

from monitor.alerts import SignUp
from monitor.clock import Clock
from monitor.config import Config
from monitor.incidents.automatic import OPEN_AND_RESOLVE
from monitor.store import Subscribers
from monitor.telling.message import INCIDENT, KINDS, MAINTENANCE, OUTAGE
from statuspage.i18n import N_
from statuspage.letters import Letters

EACH_MS = 360_000  # ten an hour
AT_ONCE = 10
KEPT = 10_000
WAYS = {"email": N_("E-mail"), "webhook": N_("Webhook"), "slack": "Slack", "teams": "Microsoft Teams"}
ABOUT = {
    "incident": N_("Incidents"),
    "maintenance": N_("Maintenance"),
    "outage": N_("Measured outages that no incident tells of"),
    "statement": N_("Statements of agreements"),
}
USUAL = (INCIDENT, MAINTENANCE)
WRONG = {
    "address": N_("This address cannot be used."),
    "kinds": N_("Choose at least one of what happens."),
    "often": N_("Too often; try again later."),
}
SAID = {
    "asked": N_("If this address can be reached, a message with a link is on its way to it. Open the link to confirm."),
    "confirmed": N_("Confirmed: you will be told."),
    "old": N_("This link is no longer good. Ask again."),
    "changed": N_("From now on you are told of this."),
    "left": N_("You will hear no more of it."),
    "broken": N_("This cannot be done now; try again later."),
}


@dataclass
class Rate:
    """How often each visitor may ask: many at once, then one every six minutes. Who floods it locks nobody else out."""

    clock: Clock
    _full_ms: OrderedDict[str, int] = field(default_factory=OrderedDict)

    def allows(self, visitor: str) -> bool:
        """True for one more now, unless there were too many."""
        now = self.clock.monotonic_ms()
        full = max(now, self._full_ms.pop(visitor, now)) + EACH_MS
        is_allowed = full - now <= AT_ONCE * EACH_MS
        self._full_ms[visitor] = full if is_allowed else full - EACH_MS
        while len(self._full_ms) > KEPT:
            self._full_ms.popitem(last=False)
        return is_allowed


@dataclass(frozen=True)
class Counter:
    """What the views share: a configuration as strangers see it, and where they are kept."""

    config: Config
    sign_up: SignUp
    subscribers: Subscribers
    letters: Letters
    rate: Rate

    @property
    def tells_outages(self) -> bool:
        """Whether outages are told of that no incident tells of."""
        return self.config.incidents.automatic != OPEN_AND_RESOLVE

    @property
    def about(self) -> Mapping[str, str]:
        """What one may choose to be told of, and its name in English."""
        return {kind: name for kind, name in ABOUT.items() if kind != OUTAGE or self.tells_outages}

    @property
    def base(self) -> str:
        """The public address, without a slash at its end."""
        return self.sign_up.url.rstrip("/")


def said(what: str, status: int = 200, action: str = "", button: str = "") -> tuple[str, int]:
    """A page that says one thing, perhaps with one button."""
    return render_template("signup/said.html", said=SAID.get(what, what), action=action, button=button), status


def chosen(counter: Counter) -> tuple[tuple[str, ...], tuple[str, ...]] | str:
    """The kinds and components that a form chooses, or what is wrong with it."""
    kinds = tuple(each for each in KINDS if each in request.form.getlist("kind"))
    components = tuple(dict.fromkeys(request.form.getlist("component")))
    if not kinds:
        return "kinds"
    return (kinds, components) if {each.id for each in counter.config.components}.issuperset(components) else "address"
