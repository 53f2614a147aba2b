"""An award with the deadlines by which it must be asked for."""

from __future__ import annotations

from dataclasses import replace

from monitor.sla.award import Award, Setting
from monitor.sla.claim import Anchors, deadline
from monitor.sla.facts import Facts


def claimable(made: Award, setting: Setting, facts: Facts) -> Award:
    """With both deadlines, unless it comes without a claim or there is nothing to claim."""
    claim = setting.agreement.claim
    is_automatic = claim.automatic if made.remedy.automatic is None else made.remedy.automatic
    if is_automatic:
        return replace(made, is_automatic=True)
    if not made.is_due:
        return made
    misses = [each.period.span.end for each in setting.past if each.verdict == "missed"]
    anchors = Anchors(setting.period, setting.figure.incidents, misses[-1] if len(misses) > 1 else None, facts.term_end)
    return replace(
        made,
        notify=deadline(claim.notify, setting.agreement, setting.objective, anchors),
        submit=deadline(claim.submit, setting.agreement, setting.objective, anchors),
    )
