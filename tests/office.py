"""Office hours as a calendar of an agreement: nine to five on weekdays. Keys that follow it belong to the calendar."""

from __future__ import annotations

WEEK = "".join(f'{day} = ["09:00-17:00"]\n' for day in ("mon", "tue", "wed", "thu", "fri"))
OFFICE = f'\n[[calendar]]\nid = "office"\n{WEEK}'
