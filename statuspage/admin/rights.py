"""Who may do what: each route of the admin with what it takes. A route that is not here is shut to everybody."""

from __future__ import annotations

from monitor.people.model import Role, Scope

# Open to whoever comes: nothing of anybody is there.
OPEN = frozenset({"look", "login", "enter", "healthz", "api_document", "begin_elsewhere", "back_from_elsewhere"})
PAGES: dict[str, Role] = {
    "now": Role.VIEWER,
    "account": Role.VIEWER,
    "change_password": Role.VIEWER,
    "end_own_session": Role.VIEWER,
    "leave": Role.VIEWER,
    "incidents": Role.VIEWER,
    "incident": Role.VIEWER,
    "new_incident": Role.OPERATOR,
    "open_incident": Role.OPERATOR,
    "update_incident": Role.OPERATOR,
    "publish_draft": Role.OPERATOR,
    "discard_draft": Role.OPERATOR,
    "maintenances": Role.VIEWER,
    "maintenance": Role.VIEWER,
    "new_maintenance": Role.OPERATOR,
    "schedule_maintenance": Role.OPERATOR,
    "update_maintenance": Role.OPERATOR,
    "telling": Role.VIEWER,
    "labels": Role.VIEWER,
    "new_label": Role.OPERATOR,
    "label": Role.OPERATOR,
    "audit": Role.OWNER,
    "people": Role.OWNER,
    "end_session": Role.OWNER,
    "revoke_token": Role.OWNER,
}
API: dict[str, Scope] = {
    "api_incidents": Scope.READ,
    "api_incident": Scope.READ,
    "api_open_incident": Scope.INCIDENTS,
    "api_update_incident": Scope.INCIDENTS,
    "api_maintenances": Scope.READ,
    "api_maintenance": Scope.READ,
    "api_schedule_maintenance": Scope.MAINTENANCE,
    "api_update_maintenance": Scope.MAINTENANCE,
    "api_labels": Scope.READ,
    "api_label": Scope.LABELS,
}
