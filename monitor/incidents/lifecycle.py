"""The lifecycles, as tables: which step may follow on which.

    incident      investigating <-> identified <-> monitoring -> resolved -> postmortem,  or  any of the first four -> merged
    maintenance   scheduled -> in_progress <-> verifying -> completed,  or  scheduled -> cancelled

1. An incident may begin in any phase but the last: one that is told when it is over begins resolved.
2. While it is open it may go back: a cause that turns out to be none is said so. Each phase may be said again, with news.
3. Resolved is final. What was learned is a postmortem, which may be amended; trouble that comes back is another incident. Only
   the monitor takes back what it said itself, when an outage that it measured to be over turns out to go on.
4. A note changes no phase: who acknowledged, and times that are corrected. The old times are kept.
5. Maintenance that was never begun by hand runs by its plan: it can be completed from its start on, and cancelled at any time.
6. What was completed or cancelled is final: no window is widened in hindsight.
7. Work that comes back may be said to come back no more, whatever became of its first time.
8. What is told of in another incident is merged into that one, and says no more itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from monitor.incidents.event import INCIDENT, StepError


class Phase(StrEnum):
    """Where an incident stands."""

    INVESTIGATING = "investigating"
    IDENTIFIED = "identified"
    MONITORING = "monitoring"
    RESOLVED = "resolved"
    POSTMORTEM = "postmortem"
    MERGED = "merged"

    @property
    def is_open(self) -> bool:
        """Whether it goes on."""
        return self not in (Phase.RESOLVED, Phase.POSTMORTEM, Phase.MERGED)


class Stage(StrEnum):
    """Where a maintenance stands."""

    SCHEDULED = "scheduled"
    IN_PROGRESS = "in_progress"
    VERIFYING = "verifying"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class Note(StrEnum):
    """A step that changes no phase."""

    ACKNOWLEDGED = "acknowledged"
    CORRECTED = "corrected"


STOPPED = "stopped"  # of a maintenance that came back: it will no more
_OPEN = {Phase.INVESTIGATING, Phase.IDENTIFIED, Phase.MONITORING, Phase.RESOLVED}
_NOTED: set[str] = {Note.ACKNOWLEDGED, Note.CORRECTED, Phase.MERGED}
INCIDENTS: Mapping[str, frozenset[str]] = {
    "": frozenset(_OPEN),
    Phase.INVESTIGATING: frozenset(_OPEN | _NOTED),
    Phase.IDENTIFIED: frozenset(_OPEN | _NOTED),
    Phase.MONITORING: frozenset(_OPEN | _NOTED),
    Phase.RESOLVED: frozenset({Phase.POSTMORTEM, Note.CORRECTED, Phase.MERGED}),
    Phase.POSTMORTEM: frozenset({Phase.POSTMORTEM, Note.CORRECTED}),
    Phase.MERGED: frozenset(),
}
MAINTENANCES: Mapping[str, frozenset[str]] = {
    "": frozenset({Stage.SCHEDULED}),
    Stage.SCHEDULED: frozenset({Stage.SCHEDULED, Stage.IN_PROGRESS, Stage.COMPLETED, Stage.CANCELLED, STOPPED}),
    Stage.IN_PROGRESS: frozenset({Stage.IN_PROGRESS, Stage.VERIFYING, Stage.COMPLETED, STOPPED}),
    Stage.VERIFYING: frozenset({Stage.IN_PROGRESS, Stage.VERIFYING, Stage.COMPLETED, STOPPED}),
    Stage.COMPLETED: frozenset({STOPPED}),
    Stage.CANCELLED: frozenset({STOPPED}),
}
_HINTS: Mapping[str, str] = {
    Phase.RESOLVED: "open another one, or add a postmortem",
    Phase.POSTMORTEM: "open another one",
    Phase.MERGED: "say it of the one that it was merged into",
}
IMPACTS = ("none", "minor", "major", "critical")
SEVERITIES = ("P1", "P2", "P3", "P4")
STATES = ("operational", "degraded", "partial", "down")
UNDER_MAINTENANCE = "maintenance"


def check_step(account: str, subject: str, standing: str, step: str) -> None:
    """Refuse a step that may not follow on where the account stands; ``""`` is where nothing was said yet."""
    table = INCIDENTS if account == INCIDENT else MAINTENANCES
    if step in table[standing]:
        return
    if not standing:
        raise StepError(f"the {account} {subject} cannot begin as {step}")
    allowed = ", ".join(sorted(table[standing] - {STOPPED})) or "nothing more"
    hint = _HINTS.get(standing, f"allowed: {allowed}")
    told = (
        f"is {standing}, and no more is said of it" if step == standing else f"is {standing} and cannot become {step}"
    )
    raise StepError(f"the {account} {subject} {told}; {hint}")


def proposed_impact(states: Mapping[str, str]) -> str:
    """What the worst of the affected components makes of it, when nobody says otherwise."""
    return IMPACTS[max((STATES.index(state) for state in states.values()), default=0)]
