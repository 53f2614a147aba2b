"""Worked cases of platforms for developers and teams."""

from __future__ import annotations

from library.row import Row, all_of, announced, counts, edges, hit, lasting

BAD, FINE, LOST = (94, 100), (95, 100), (0, 100)
TEN = "2026-06-10T10:00"


def runs(good: int, total: int) -> dict[str, object]:
    """Workflow runs: all counted in one slice."""
    return counts("actions", 3600, (good, total))


ROWS = [
    # Of 43,200 minutes 0.05 percent is 21.6, 0.1 percent 43.2, 1 percent 432, 5 percent 2,160.
    Row("atlassian-premium", "43 minutes", "met", "0 percent", facts=counts("service", 60, *[BAD] * 43)),
    Row("atlassian-premium", "44 minutes", "missed", "10 percent", facts=counts("service", 60, *[BAD] * 44)),
    Row("atlassian-premium", "exactly 5 percent failed", "met", "0 percent", facts=counts("service", 60, *[FINE] * 999)),
    Row("atlassian-premium", "432 minutes", "missed", "10 percent", facts=counts("service", 60, *[BAD] * 432)),
    Row("atlassian-premium", "433 minutes", "missed", "25 percent", facts=counts("service", 60, *[BAD] * 433)),
    Row("atlassian-premium", "2,160 minutes", "missed", "25 percent", facts=counts("service", 60, *[BAD] * 2160)),
    Row("atlassian-premium", "2,161 minutes", "missed", "50 percent", facts=counts("service", 60, *[BAD] * 2161)),
    Row("atlassian-premium", "its own example, an hour by our probes", "missed", "10 percent", 3600, submit="2026-07-15"),
    Row("atlassian-enterprise", "21 minutes", "met", "0 percent", facts=counts("service", 60, *[BAD] * 21)),
    Row("atlassian-enterprise", "22 minutes", "missed", "5 percent", facts=counts("service", 60, *[BAD] * 22)),
    Row("atlassian-enterprise", "43 minutes", "missed", "5 percent", facts=counts("service", 60, *[BAD] * 43)),
    Row("atlassian-enterprise", "44 minutes", "missed", "10 percent", facts=counts("service", 60, *[BAD] * 44),
        submit="2026-07-15"),
    # Of 7,862,400 seconds 0.01 percent is 786.24; ten times a second is 5/39,312 percent.
    *edges("slack", (786, "met", "0 percent"), (787, "missed", "3935/39312 percent"), period="2026-Q2"),
    Row("slack", "a quarter of the customers", "missed", "3935/157248 percent", period="2026-Q2",
        down=(lasting(TEN, 787),), facts=hit(lasting(TEN, 787), "1/4")),
    Row("slack", "ten hours of maintenance, told 48 hours ahead", "met", "0 percent", period="2026-Q2",
        down=(lasting(TEN, minutes=600),), facts=announced("service", lasting(TEN, minutes=600), 48)),
    Row("slack", "eleven hours of it: one counts", "missed", "125/273 percent", period="2026-Q2",
        down=(lasting(TEN, minutes=660),), facts=announced("service", lasting(TEN, minutes=660), 48)),
    Row("slack", "told 47 hours ahead: an hour counts", "missed", "125/273 percent", period="2026-Q2",
        down=(lasting(TEN, minutes=60),), facts=announced("service", lasting(TEN, minutes=60), 47)),
    Row("slack", "eight of the ten hours were used in February: one of three counts", "missed", "125/273 percent",
        period="2026-Q2", down=(lasting("2026-02-10T10:00", minutes=480), lasting(TEN, minutes=180)),
        facts=all_of(announced("service", lasting("2026-02-10T10:00", minutes=480), 48),
                     announced("service", lasting(TEN, minutes=180), 48))),
    # Of 7,862,400 seconds 0.1 percent is 7,862.4, 0.5 percent 39,312, 1 percent 78,624.
    *edges(
        "github",
        (7862, "met", "0 percent"),
        (7863, "missed", "5 percent"),
        (39_312, "missed", "5 percent"),
        (39_313, "missed", "10 percent"),
        (78_624, "missed", "10 percent"),
        (78_625, "missed", "25 percent"),
        period="2026-Q2",
    ),
    Row("github", "the quarter is claimed by 30 July", "missed", "5 percent", 8000, period="2026-Q2", submit="2026-07-30"),
    Row("github", "999 of 1,000 runs", "met", "0 percent", objective="actions", period="2026-Q2", facts=runs(999, 1000)),
    Row("github", "9,989 of 10,000", "missed", "5 percent", objective="actions", period="2026-Q2", facts=runs(9989, 10_000)),
    Row("github", "995 of 1,000", "missed", "5 percent", objective="actions", period="2026-Q2", facts=runs(995, 1000)),
    Row("github", "994 of 1,000", "missed", "10 percent", objective="actions", period="2026-Q2", facts=runs(994, 1000)),
    Row("github", "990 of 1,000", "missed", "10 percent", objective="actions", period="2026-Q2", facts=runs(990, 1000)),
    Row("github", "989 of 1,000", "missed", "25 percent", objective="actions", period="2026-Q2", facts=runs(989, 1000)),
    Row("github", "2.184 of 2,184 hours of errors", "met", "0 percent", objective="packages", period="2026-Q2",
        facts=counts("packages", 3600, LOST, LOST, (816, 1000))),
    Row("github", "2.185 hours", "missed", "5 percent", objective="packages", period="2026-Q2",
        facts=counts("packages", 3600, LOST, LOST, (815, 1000))),
    *edges("twilio", (1295, "met", "0 percent"), (1296, "met", "0 percent"), (1297, "missed", "10 percent")),
    Row("twilio", "1,296 s beside an hour of maintenance, which stays in the denominator", "met", "0 percent",
        down=(lasting(TEN, 1296),), facts=announced("api", lasting("2026-06-20T10:00", 3600), 48)),
    Row("twilio", "claimed within thirty days of the month", "missed", "10 percent", 1297, submit="2026-07-30"),
    *edges("pagerduty", (2591, "met", "0 percent"), (2592, "met", "0 percent"), (2593, "missed", "10 percent")),
    Row("pagerduty", "the third month of a quarter", "missed", "10 percent", 2593, submit="2026-07-15",
        down=(lasting("2026-04-10T10:00", 3600), lasting("2026-05-10T10:00", 3600))),
    *edges(
        "snowflake",
        (2592, "met", "0 days-of-fee"),
        (2593, "missed", "1 days-of-fee"),
        (25_920, "missed", "1 days-of-fee"),
        (25_921, "missed", "3 days-of-fee"),
        (129_600, "missed", "3 days-of-fee"),
        (129_601, "missed", "7 days-of-fee"),
    ),
    Row("snowflake", "seven of thirty days", "missed", "7 days-of-fee", 129_601, amount="70.00",
        fees={"service|2026-06": "300.00"}),
    Row("snowflake", "a day of 31", "missed", "1 days-of-fee", 3600, amount="10.00", period="2026-07",
        fees={"service|2026-07": "310.00"}),
    *edges("airtable", (2592, "met", "0 percent"), (2593, "missed", "2593/2592 percent")),
    Row("airtable", "43 minutes", "met", "0 percent", 2580, amount="0.00", fees={"service|2026-06": "432.00"}),
    Row("airtable", "an hour", "missed", "25/18 percent", 3600, amount="6.00", fees={"service|2026-06": "432.00"}),
    # 1,296 seconds are allowed in June, 1,339.2 in May.
    Row("hubspot", "one month below", "missed", "0 percent", 1297),
    Row("hubspot", "May just met", "missed", "0 percent", 1297, down=(lasting("2026-05-10T10:00", 1339),)),
    Row("hubspot", "May just missed", "missed", "1297/25920 percent", 1297, down=(lasting("2026-05-10T10:00", 1340),)),
    Row("hubspot", "June just met", "met", "0 percent", 1296, down=(lasting("2026-05-10T10:00", 1340),)),
    Row("slack-2016", "518 s for half of the customers", "met", "0 percent", down=(lasting(TEN, 518),),
        facts=hit(lasting(TEN, 518), "1/2")),
    Row("slack-2016", "520 s for half of them", "missed", "325/324 percent", down=(lasting(TEN, 520),),
        facts=hit(lasting(TEN, 520), "1/2")),
    Row("slack-2016", "260 s for all", "missed", "325/324 percent", 260),
    # February to April has 7,686,000 seconds in California, where the clocks change: 768.6 are allowed.
    *edges("slack-2019", (768, "met", "0 percent"), (769, "missed", "769/7686 percent"), period="2026-F1"),
    Row("slack-2019", "the last second of January", "met", "0 percent", period="2026-F1",
        down=(lasting("2026-01-31T08:00", 86_400),)),
    Row("slack-2019", "the last 769 seconds of April", "missed", "769/7686 percent", period="2026-F1",
        down=(lasting("2026-05-01T06:47:11", 769),)),
    *edges("zendesk-premier", (2591, "met", ""), (2592, "met", ""), (2593, "missed", "")),
]  # fmt: skip
