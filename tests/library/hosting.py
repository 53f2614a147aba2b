"""Worked cases of hosters."""

from __future__ import annotations

from library.row import Row, announced, edges, labelled, lasting, reported

TEN = "2026-06-10T10:00"

ROWS = [
    # The allowance of June is 2,592 seconds; ten times the price of 259,200 more is all of it.
    Row("hosting-king", "2,592 s from the report on", "met", "0 percent", down=(lasting(TEN, 3600),),
        facts=reported("server", "2026-06-10T10:16:48")),
    Row("hosting-king", "reported a second earlier", "missed", "1/2592 percent", down=(lasting(TEN, 3600),),
        facts=reported("server", "2026-06-10T10:16:47")),
    Row("hosting-king", "a day that nobody reported", "met", "0 percent", 86_400),
    Row("hosting-king", "a second before all of the rent", "missed", "259199/2592 percent",
        down=(lasting(TEN, 261_791),), facts=reported("server", TEN)),
    Row("hosting-king", "all of the rent", "missed", "100 percent", down=(lasting(TEN, 261_792),),
        facts=reported("server", TEN)),
    Row("hosting-king", "and not more", "missed", "100 percent", down=(lasting(TEN, 261_793),),
        facts=reported("server", TEN)),
    *edges(
        "arcustech",
        (1, "missed", "5 percent"),
        (1800, "missed", "5 percent"),
        (1801, "missed", "10 percent"),
        (36_000, "missed", "100 percent"),
        (36_060, "missed", "100 percent"),
        objective="network",
    ),
    *edges(
        "arcustech",
        (3600, "missed", "0 percent"),
        (3601, "missed", "5 percent"),
        (7200, "missed", "5 percent"),
        (7201, "missed", "10 percent"),
        objective="host",
    ),
    *edges(
        "nodespace",
        (899, "missed", "0 percent"),
        (900, "missed", "5 percent"),
        (1800, "missed", "5 percent"),
        (2699, "missed", "5 percent"),
        (2700, "missed", "10 percent"),
        (214 * 60, "missed", "35 percent"),
        (720 * 60, "missed", "100 percent"),
    ),
    Row("nodespace", "three of 20 minutes are three half hours", "missed", "15 percent",
        down=tuple(lasting(f"2026-06-1{n}T10:00", 1200) for n in range(3)), submit="2026-06-17"),
    *edges(
        "linode",
        (259, "met", "0 percent"),
        (260, "missed", "10 percent"),
        (25_920, "missed", "10 percent"),
        (25_921, "missed", "25 percent"),
        (129_600, "missed", "25 percent"),
        (129_601, "missed", "100 percent"),
    ),
    Row("linode", "maintenance told a day ahead", "met", "0 percent", down=(lasting(TEN, 3600),),
        facts=announced("server", lasting(TEN, 3600), 24)),
    Row("linode", "told an hour later", "missed", "10 percent", down=(lasting(TEN, 3600),),
        facts=announced("server", lasting(TEN, 3600), 23)),
    *edges("hetzner-cloud", (2591, "met", ""), (2592, "met", ""), (2593, "missed", "")),
    Row("hetzner-cloud", "an attack on the network", "met", down=(lasting(TEN, 3600),),
        facts=labelled("server", lasting(TEN, 3600), "network")),
    *edges(
        "uniplex",
        (3599, "met", "0 hours"),
        (3600, "met", "1 hours"),
        (3601, "met", "3601/3600 hours"),
        (26_100, "missed", "7.25 hours"),
    ),
    # Fifty times: a fiftieth of 730 hours, 52,560 seconds, is all of it.
    Row("expert-systems", "four hours of thirty dollars", "missed", "2000/73 percent", 14_400, amount="8.22",
        fees={"service|2026-06": "30.00"}),
    *edges(
        "expert-systems",
        (52_559, "missed", "262795/2628 percent"),
        (52_560, "missed", "100 percent"),
        (52_561, "missed", "100 percent"),
    ),
]  # fmt: skip
