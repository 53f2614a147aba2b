"""The whole page in the seven sentences that readers of the v2 documents compare with."""

from __future__ import annotations

from collections.abc import Iterable

NONE = ("none", "All Systems Operational")
BY_IMPACT = {
    "minor": ("minor", "Minor Service Outage"),
    "major": ("major", "Partial System Outage"),
    "critical": ("critical", "Major System Outage"),
}
ORDER = ("none", "maintenance", "minor", "major", "critical")


def rollup(leaves: Iterable[str], impacts: Iterable[str]) -> tuple[str, str]:
    """Indicator and description: the first row that fits the components, lifted by the worst unresolved incident."""
    found = _of_components(list(leaves))
    worst = max(impacts, key=ORDER.index, default="none")
    return BY_IMPACT[worst] if worst in BY_IMPACT and ORDER.index(worst) > ORDER.index(found[0]) else found


def _of_components(leaves: list[str]) -> tuple[str, str]:
    kinds = set(leaves)
    rows = (
        (kinds == {"major_outage"}, BY_IMPACT["critical"]),
        ("major_outage" in kinds or kinds == {"partial_outage"}, BY_IMPACT["major"]),
        ("partial_outage" in kinds, BY_IMPACT["minor"]),
        (len(leaves) > 1 and kinds == {"degraded_performance"}, ("minor", "Degraded System Service")),
        ("degraded_performance" in kinds, ("minor", "Partially Degraded Service")),
        ("under_maintenance" in kinds, ("maintenance", "Service Under Maintenance")),
    )
    return next((said for fits, said in rows if fits), NONE)
