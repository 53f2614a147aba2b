"""How we calculate: the settings in force, as the page about it says them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from monitor.components import Component
from monitor.config import Config
from monitor.timeline.flapping import KEPT, OFF, ON
from monitor.timeline.sight import FEWEST, SHARE


def effective(config: Config) -> dict[str, Any]:
    """What is asked, on what terms; what makes us blind or a component unstable; who needs whom. Of canaries only how many."""
    names = {each.id: each.name for each in config.components}
    canaries = len(config.network.canaries)

    def needed(component: Component) -> list[str]:
        return [names[each] for each in component.needs if each in names]

    return {
        "components": config.components,
        "agreements": [versions.newest for versions in config.agreements],
        "canaries": canaries,
        "quorum": config.network.quorum or canaries // 2 + 1,
        "share": Fraction(SHARE, 100),
        "fewest": FEWEST,
        "unstable_of": KEPT,
        "unstable_on": ON,
        "unstable_off": OFF,
        "needed": needed,
    }
