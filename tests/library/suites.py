"""Worked cases of business software and the services around it."""

from __future__ import annotations

from library.row import Row, edges, lasting
from monitor.timeline.span import Span

WEDNESDAY, SATURDAY, HOLIDAY = "2026-06-10T17:00", "2026-06-13T17:00", "2026-06-19T17:00"  # ten in the morning there
FEES = {"service|2026-05": "44640.00", "service|2026-06": "43200.00"}  # a dollar a minute


def months(*numbers: int, seconds: int = 9000) -> tuple[Span, ...]:
    """An outage in each of these months of 2026."""
    return tuple(lasting(f"2026-{number:02d}-10T10:00", seconds) for number in numbers)


ROWS = [
    # 0.3 percent of June is 7,776 seconds, of July 8,035.2.
    Row("workday", "exactly 99.7", "met", "0 percent", 7776),
    Row("workday", "a first miss", "missed", "report", 7777),
    Row("workday", "January, March, April: the first", "missed", "report", period="2026-01", down=months(1, 3, 4, 7)),
    Row("workday", "the second", "missed", "10 percent", period="2026-03", down=months(1, 3, 4, 7)),
    Row("workday", "the third", "missed", "20 percent", period="2026-04", down=months(1, 3, 4, 7)),
    Row("workday", "July: January has left the six months", "missed", "20 percent", period="2026-07",
        down=months(1, 3, 4, 7)),
    Row("workday", "a fourth", "missed", "30 percent", period="2026-07", down=months(2, 3, 4, 7)),
    # 0.2 percent of June is 5,184 seconds.
    Row("servicenow", "exactly 99.8", "met", {"credit": "0 percent", "extension": "0 hours"}, 5184),
    Row("servicenow", "a second more", "missed", {"credit": "1037/5184 percent", "extension": "1037/720 hours"}, 5185),
    Row("servicenow", "120 minutes: held until there is 1,000", "missed",
        {"credit": "5/18 percent", "extension": "2 hours"}, 7200, amount="0.00", fees=FEES),
    Row("servicenow", "500 and 499 dollars are held", "missed", "499/432 percent", 499 * 60, amount="0.00", fees=FEES,
        down=months(5, seconds=30_000)),
    Row("servicenow", "500 and 500 are paid together", "missed", "125/108 percent", 500 * 60, amount="1000.00", fees=FEES,
        down=months(5, seconds=30_000)),
    *edges(
        "docusign",
        (2592, "met", "0 percent"),
        (2700, "missed", "0 percent"),
        (2701, "missed", "5 percent"),
        (16_200, "missed", "5 percent"),
        (16_201, "missed", "10 percent"),
        (32_400, "missed", "10 percent"),
        (32_401, "missed", "15 percent"),
    ),
    *edges(
        "onelogin",
        (899, "missed", "0 percent"),
        (900, "missed", "5 percent"),
        (1799, "missed", "5 percent"),
        (17_999, "missed", "95 percent"),
        (18_000, "missed", "100 percent"),
        (24_000, "missed", "100 percent"),
    ),
    Row("onelogin", "240 minutes of 12,000 a year", "missed", "80 percent", 14_400, amount="800.00",
        fees={"service|2026": "12000.00"}),
    # A point of June is 25,920 seconds.
    *edges(
        "sap",
        (7776, "met", "0 percent"),
        (7777, "missed", "1/12960 percent"),
        (33_695, "missed", "25919/12960 percent"),
        (33_696, "missed", "2 percent"),
        (46_656, "missed", "3 percent"),
    ),
    *edges(
        "8x8",
        (25, "met", "0 percent"),
        (26, "missed", "0 percent"),
        (51, "missed", "0 percent"),
        (52, "missed", "5 percent"),
        (2592, "missed", "5 percent"),
        (2593, "missed", "10 percent"),
        (12_960, "missed", "10 percent"),
        (12_961, "missed", "30 percent"),
        (25_920, "missed", "30 percent"),
        (28_511, "missed", "30 percent"),
        (28_512, "missed", "35 percent"),
        (36_287, "missed", "45 percent"),
        (36_288, "missed", "50 percent"),
        (51_840, "missed", "50 percent"),
    ),
    Row("notion", "an hour", "met", "0 percent", down=(lasting(WEDNESDAY, 3600),)),
    Row("notion", "a second more", "missed", "10 percent", down=(lasting(WEDNESDAY, 3601),), submit="2026-06-13T18:00:01Z"),
    Row("notion", "a second under an hour and a half", "missed", "10 percent", down=(lasting(WEDNESDAY, 5399),)),
    Row("notion", "an hour and a half", "missed", "15 percent", down=(lasting(WEDNESDAY, 5400),)),
    Row("notion", "on a Saturday", "met", "0 percent", down=(lasting(SATURDAY, 10_800),)),
    Row("notion", "on a holiday", "met", "0 percent", down=(lasting(HOLIDAY, 10_800),)),
    Row("notion", "two on a day: the first", "missed", "10 percent",
        down=(lasting(WEDNESDAY, 3601), lasting("2026-06-10T20:00", 5400))),
    Row("notion", "two hours: four steps", "missed", "20 percent", down=(lasting(WEDNESDAY, 7200),)),
    Row("notion", "five steps: a week of thirty days", "missed", "70/3 percent", down=(lasting(WEDNESDAY, 9000),)),
    # Of 7,862,400 seconds 0.001 percent is 78.624, 0.01 percent 786.24.
    *edges(
        "splunk-cloud",
        (0, "met", "0 hours-of-fee"),
        (78, "missed", "0 hours-of-fee"),
        (79, "missed", "2 hours-of-fee"),
        (786, "missed", "2 hours-of-fee"),
        (787, "missed", "4 hours-of-fee"),
        (7862, "missed", "4 hours-of-fee"),
        (7863, "missed", "8 hours-of-fee"),
        (78_624, "missed", "8 hours-of-fee"),
        (78_625, "missed", "24 hours-of-fee"),
        (393_120, "missed", "24 hours-of-fee"),
        (393_121, "missed", "730 hours-of-fee"),
        period="2026-Q2",
    ),
    Row("splunk-cloud", "four hours of 2,184", "missed", "4 hours-of-fee", 787, amount="4.00", period="2026-Q2",
        fees={"service|2026-Q2": "2184.00"}, submit="2026-07-05"),
    # 1.5 percent of June is 38,880 seconds, of May 40,176; 3.5 percent of June 90,720.
    Row("new-relic", "exactly 96.5", "missed", "0 percent", 90_720),
    Row("new-relic", "a second below it", "missed", "termination", 90_721),
    Row("new-relic", "two months below 98.5", "missed", "termination", 38_881, down=months(5, seconds=40_177)),
    Row("new-relic", "May exactly on it", "missed", "0 percent", 38_881, down=months(5, seconds=40_176)),
    Row("new-relic", "June exactly on it", "missed", "0 percent", 38_880, down=months(5, seconds=40_177)),
    # 259.2 seconds are free; each 1,800 after them give 5 percent.
    *edges(
        "mailgun",
        (259, "met", "0 percent"),
        (260, "missed", "0 percent"),
        (2059, "missed", "0 percent"),
        (2060, "missed", "5 percent"),
        (18_259, "missed", "45 percent"),
        (18_260, "missed", "50 percent"),
        (20_060, "missed", "50 percent"),
    ),
    # A tenth of a point of June is 2,592 seconds.
    *edges(
        "wavelength",
        (2592, "met", "0 percent"),
        (2593, "missed", "1 percent"),
        (5184, "missed", "1 percent"),
        (5185, "missed", "2 percent"),
        (10_367, "missed", "3 percent"),
        (10_368, "missed", "3 percent"),
        (10_369, "missed", "4 percent"),
    ),
    # 0.1 percent of the second quarter is 7,862.4 seconds, of the first (an hour short in Amsterdam) 7,772.4.
    *edges("adyen", (7862, "met", "0 percent"), (7863, "missed", "0 percent"), period="2026-Q2"),
    Row("adyen", "two quarters", "missed", "termination", 7863, period="2026-Q2",
        down=(lasting("2026-02-10T10:00", 7773),)),
    Row("adyen", "the first one just met", "missed", "0 percent", 7863, period="2026-Q2",
        down=(lasting("2026-02-10T10:00", 7772),)),
    *edges("adyen", (259_200, "met", "0 percent"), (259_201, "missed", "termination"), objective="month"),
]  # fmt: skip
