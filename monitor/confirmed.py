"""Where an agreement confirms an outage in another way than the probes do: the probes judge, so that its author is to know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from monitor.components import Component
from monitor.sla.statement import Versions
from monitor.table import Fault


def unlike(agreements: Sequence[Versions], components: Sequence[Component]) -> Iterator[Fault]:
    """A warning for each objective of a newest version whose ``measure.confirm`` is not what its components' probes do."""
    probes = {component.id: component.probes for component in components}
    for terms in (versions.newest for versions in agreements):
        for i, objective in enumerate(terms.objectives):
            asked, path = objective.measure.confirm, f"objective[{i}].measure.confirm"
            if asked is None:
                continue
            if asked.locations > 1:
                yield Fault(terms.id, f"{path}.locations", f"is {asked.locations}, and it is measured from one")
            for name in objective.of.components:
                other = sorted({each.confirm for each in probes.get(name, ())} - {asked.failures})
                if other:
                    told = " or ".join(map(str, other))
                    yield Fault(
                        terms.id,
                        f"{path}.failures",
                        f"is {asked.failures}, and the probes of {name!r} confirm by {told}",
                    )
