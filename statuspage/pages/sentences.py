"""Reasons and states in plain words: what everybody may read of them."""

from __future__ import annotations

from monitor.incidents.lifecycle import UNDER_MAINTENANCE
from monitor.timeline.model import Reason, State
from statuspage.i18n import N_
from statuspage.pages.overall import Overall

SENTENCES = {
    Reason.TIMEOUT: N_("It did not answer in time."),
    Reason.CONNECT: N_("It did not accept connections."),
    Reason.DNS: N_("Its name could not be found."),
    Reason.TLS: N_("Its secure connection failed."),
    Reason.STATUS: N_("It answered with an error."),
    Reason.BODY: N_("Its answer was not what it should be."),
    Reason.PROTOCOL: N_("Its answer could not be understood."),
    Reason.CLOSED: N_("It closed the connection."),
    Reason.REDIRECT: N_("It sent us elsewhere."),
    Reason.SLOW: N_("It answered slowly."),
    Reason.LATE: N_("Its sign of life is late."),
    Reason.MISSED: N_("No sign of life in time."),
    Reason.REPORTED: N_("It reported a failure itself."),
    Reason.RESOLVER: N_("Our name server did not answer."),
    Reason.NETWORK: N_("Our own network failed."),
    Reason.OVERLOAD: N_("Our monitor was too busy."),
    Reason.INTERNAL: N_("Our monitor made a mistake."),
    Reason.POLICY: N_("Our monitor was not allowed to ask."),
    Reason.BLOCKED: N_("Our question was blocked on the way."),
    Reason.NO_OBSERVATION: N_("Our monitor did not look."),
    Reason.NOT_WATCHED: N_("It was not watched."),
    Reason.UNCONFIRMED: N_("It was not confirmed yet."),
    Reason.BLIND: N_("Our monitor itself could not see."),
}
STATES: dict[str, str] = {
    State.OPERATIONAL: N_("Operational"),
    State.DEGRADED: N_("Degraded performance"),
    State.DOWN: N_("Major outage"),
    State.UNKNOWN: N_("No data"),
    UNDER_MAINTENANCE: N_("Under maintenance"),
}
OVERALL = {
    Overall.OPERATIONAL: N_("All systems operational"),
    Overall.DEGRADED: N_("Degraded performance"),
    Overall.PARTIAL: N_("Partial outage"),
    Overall.MAJOR: N_("Major outage"),
    Overall.UNKNOWN: N_("No data"),
    Overall.MAINTENANCE: N_("Under maintenance"),
}
