"""The smallest useful configuration, as an operator would write it."""

from __future__ import annotations

MAIN = """
[page]
name = "Acme"
url = "https://status.acme.example"
timezone = "Europe/Amsterdam"

[defaults]
interval = "30s"
timeout = "10s"
confirm = 2

[[component]]
id = "api"
name = "API"
group = "Platform"

  [[component.probe]]
  id = "api-health"
  kind = "http"
  url = "https://api.acme.example/health"

  [[component.probe]]
  id = "api-port"
  kind = "tcp"
  host = "api.acme.example"
  port = 443
"""
# One endpoint that tests break and mend, at ``{port}`` of loopback.
ONE_TARGET = """
[page]
name = "Acme"
url = "https://status.acme.example"
[defaults]
interval = "1s"
timeout = "600ms"
confirm = 2
[[component]]
id = "api"
name = "API"
[[component.probe]]
id = "api-health"
kind = "http"
url = "http://127.0.0.1:{port}/health"
"""
AGREEMENT = """
schema = 1

[agreement]
id = "acme"
title = "Acme service level agreement"
kind = "service"
provider = "Acme B.V."
timezone = "Europe/Amsterdam"

[version]
effective_from = 2026-01-01

[[objective]]
id = "uptime"
metric = "availability"
of = "api"
period = "calendar-month"
target = "99.9"

  [[objective.remedy]]
  id = "credit"
  kind = "credit"
  tiers = [{ below = "99.9", give = "10" }, { below = "99.0", give = "25" }]

[claim]
automatic = true
"""
