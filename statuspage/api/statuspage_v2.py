"""The documents of the Statuspage API v2, key by key in its order. English, without any word for the moment of asking."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from monitor.components import Group
from monitor.config import Config
from monitor.timeline.model import State
from statuspage.api.ids import public_id
from statuspage.api.incident import Incident, Update
from statuspage.api.rollup import rollup
from statuspage.api.standing import Standing

STATUSES = {
    State.OPERATIONAL: "operational",
    State.DEGRADED: "degraded_performance",
    State.DOWN: "major_outage",
    State.UNKNOWN: "operational",  # only what was never known, and there is no word for that
}
ORDER = ("operational", "under_maintenance", "degraded_performance", "partial_outage", "major_outage")
Document = dict[str, Any]


@dataclass(frozen=True)
class Board:
    """A page at one moment: its components, and the incidents and maintenances that are not over."""

    config: Config
    standings: tuple[Standing, ...]
    incidents: tuple[Incident, ...]
    maintenances: tuple[Incident, ...]

    @property
    def page_id(self) -> str:
        """Its authority or, without one, its host: not its name, and not the rest of its address."""
        page = self.config.page
        return public_id("page", page.authority or f"{urlsplit(page.url).hostname},2026")

    @property
    def base(self) -> str:
        """The page's address, without a slash at its end."""
        return self.config.page.url.rstrip("/")

    def status(self) -> Document:
        """``{"page", "status"}``."""
        return {"page": self.page(), "status": self.banner()}

    def summary(self) -> Document:
        """Everything that matters now."""
        return {
            "page": self.page(),
            "components": self.components(),
            "incidents": [self.incident(each) for each in self.incidents],
            "scheduled_maintenances": [self.incident(each) for each in self.maintenances],
            "status": self.banner(),
        }

    def listed(self, key: str, incidents: Sequence[Incident]) -> Document:
        """``{"page", key}`` with these incidents or maintenances."""
        return {"page": self.page(incidents), key: [self.incident(each) for each in incidents]}

    def page(self, shown: Iterable[Incident] = ()) -> Document:
        """``updated_at`` is the newest change of anything that is shown."""
        changes = [each.changed for each in self.standings]
        changes += [each.updated for each in (*self.incidents, *self.maintenances, *shown)]
        page = self.config.page
        return {
            "id": self.page_id,
            "name": page.name,
            "url": self.base,
            "time_zone": page.timezone,
            "updated_at": stamp(max(changes)),
        }

    def banner(self) -> Document:
        """The roll-up."""
        leaves = [self.leaf_status(each) for each in self.standings]
        indicator, description = rollup(leaves, [each.impact for each in self.incidents])
        return {"indicator": indicator, "description": description}

    def leaf_status(self, standing: Standing) -> str:
        """The worst of what was measured and of what each open incident and running maintenance last said of it."""
        said = [STATUSES[standing.state]]
        for each in (*self.incidents, *self.maintenances):
            changes = [change for update in each.updates for change in update.changes]
            mine = [change.new for change in changes if change.component == standing.component.id]
            said += mine[:1]
        return max(said, key=ORDER.index)

    def components(self) -> list[Document]:
        """All components and groups in one flat list, each group ahead of its own."""
        found: list[Document] = []
        for position, (group, members) in enumerate(self._tops(), 1):
            if group is None:
                found.append(self._leaf(members[0], position, None))
                continue
            name = public_id("group", group.id or group.name)
            leaves = [self._leaf(each, place, name) for place, each in enumerate(members, 1)]
            found += [self._group(group, name, members, leaves, position), *leaves]
        return found

    def _tops(self) -> list[tuple[Group | None, list[Standing]]]:
        """What stands at the top, in the order of the page: declared groups, then groups and single components as they come."""
        declared = {each.name: (each, list[Standing]()) for each in self.config.groups}
        tops: list[tuple[Group | None, list[Standing]]] = list(declared.values())
        for standing in self.standings:
            name = standing.component.group
            if not name:
                tops.append((None, [standing]))
                continue
            if name not in declared:
                declared[name] = (Group(name), [])
                tops.append(declared[name])
            declared[name][1].append(standing)
        return [top for top in tops if top[1]]

    def _leaf(self, standing: Standing, position: int, group: str | None) -> Document:
        component, since = standing.component, standing.since
        zone = ZoneInfo(self.config.page.timezone)
        return {
            "id": public_id("component", component.id),
            "name": component.name,
            "status": self.leaf_status(standing),
            "created_at": stamp(standing.created),
            "updated_at": stamp(standing.changed),
            "position": position,
            "description": component.description or None,
            "showcase": True,
            "start_date": None if since is None else datetime.fromtimestamp(since, zone).date().isoformat(),
            "group_id": group,
            "page_id": self.page_id,
            "group": False,
            "only_show_if_degraded": False,
        }

    def _group(
        self, group: Group, name: str, members: list[Standing], leaves: list[Document], position: int
    ) -> Document:
        return {
            "id": name,
            "name": group.name,
            "status": max((each["status"] for each in leaves), key=ORDER.index),
            "created_at": stamp(min(each.created for each in members)),
            "updated_at": stamp(max(each.changed for each in members)),
            "position": position,
            "description": group.description or None,
            "showcase": False,
            "start_date": None,
            "group_id": None,
            "page_id": self.page_id,
            "group": True,
            "only_show_if_degraded": False,
            "components": [each["id"] for each in leaves],
        }

    def incident(self, incident: Incident) -> Document:
        """An incident; a maintenance when it has a window."""
        place = "maintenances" if incident.window else "incidents"
        window = incident.window
        planned = {"scheduled_for": stamp(window.start), "scheduled_until": stamp(window.end)} if window else {}
        resolved = incident.since("resolved", "postmortem", "completed")
        monitoring = next((each.at for each in incident.updates if each.status == "monitoring"), None)
        wanted = {public_id("component", each) for each in incident.components}
        return {
            "id": incident.id,
            "name": incident.name,
            "status": incident.status,
            "created_at": stamp(incident.created),
            "updated_at": stamp(incident.updated),
            "monitoring_at": None if monitoring is None else stamp(monitoring),
            "resolved_at": None if resolved is None else stamp(resolved),
            "impact": incident.impact,
            "shortlink": f"{self.base}/{place}/{incident.id}",
            "started_at": stamp(incident.started),
            "page_id": self.page_id,
            "incident_updates": [self._update(each, incident.id) for each in incident.updates],
            "components": [each for each in self.components() if each["id"] in wanted],
            **planned,
            "reminder_intervals": None,
        }

    def _update(self, update: Update, incident: str) -> Document:
        shown = {each.component.id: each.component for each in self.standings}
        changes = [(shown[each.component], each) for each in update.changes if each.component in shown]
        affected = [
            {
                "code": public_id("component", component.id),
                "name": f"{component.group} - {component.name}" if component.group else component.name,
                "old_status": change.old,
                "new_status": change.new,
            }
            for component, change in changes
        ]
        at = stamp(update.at)
        return {
            "id": update.id,
            "status": update.status,
            "body": update.body,
            "incident_id": incident,
            "created_at": at,
            "updated_at": at,
            "display_at": at,
            "affected_components": affected or None,
            "deliver_notifications": True,
            "custom_tweet": None,
            "tweet_id": None,
        }


def stamp(second: int) -> str:
    """``2026-03-02T10:12:00.000Z``: strict readers want the three decimals."""
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
