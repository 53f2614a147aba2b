"""Asks a site by the client aRez, and prints what it understood as JSON: python ask_arez.py URL."""

import asyncio
import json
import sys

from arez.statuspage import CurrentStatus, StatusPage


async def asked(url: str) -> CurrentStatus:
    """What it makes of the site."""
    async with StatusPage(url) as page:
        found: CurrentStatus = await page.get_status()
        return found


found = asyncio.run(asked(sys.argv[1]))
print(
    json.dumps(
        {
            "status": found.status,
            "impact": found.impact,
            "components": {
                each.name: [each.status, each.group.name if each.group else None, [i.name for i in each.incidents]]
                for each in found.components
            },
            "groups": {each.name: each.status for each in found.groups},
            "incidents": [
                [each.name, each.status, each.impact, [update.description for update in each.updates]]
                for each in found.incidents
            ],
            "maintenances": [
                [each.name, each.status, str(each.scheduled_for), str(each.scheduled_until)]
                for each in found.maintenances
            ],
        }
    )
)
