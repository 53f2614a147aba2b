"""The tables. Instants are seconds since the epoch, UTC, unless a name ends in ``_ms``; durations are in microseconds."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, Table, Text, UniqueConstraint

META = MetaData()

# A series is one probe at one location; its small number keeps the rows of observations short.
series = Table(
    "series",
    META,
    Column("id", Integer, primary_key=True),
    Column("probe", Text, nullable=False),
    Column("location", Text, nullable=False),
    UniqueConstraint("probe", "location"),
)
# The terms under which a probe was asked, while they were in force.
watches = Table(
    "watches",
    META,
    Column("id", Integer, primary_key=True),
    Column("series", Integer, nullable=False),
    Column("component", Text, nullable=False),
    Column("start", BigInteger, nullable=False),
    Column("end", BigInteger),
    Column("interval_ms", BigInteger, nullable=False),
    Column("confirm", Integer, nullable=False),
    Column("recover", Integer, nullable=False),
    Column("need", Integer, nullable=False),
    Column("host", Text, nullable=False),
    Column("needs", Text, nullable=False),
)
# Facts: see ``layout``. The key is declared INTEGER so that it is SQLite's own row number.
observations = Table(
    "observations",
    META,
    Column("id", Integer, primary_key=True),
    Column("late_ms", Integer, nullable=False),
    Column("dns_us", Integer),
    Column("connect_us", Integer),
    Column("tls_us", Integer),
    Column("first_byte_us", Integer),
    Column("rest_us", Integer, nullable=False),
    Column("verdict", Text),
)
# Caches that a refold of the observations makes again: the states of each series, and where its fold stands.
marks = Table(
    "marks",
    META,
    Column("series", Integer, primary_key=True),
    Column("at", BigInteger, primary_key=True),
    Column("state", Text, nullable=False),
    Column("reason", Integer),
    sqlite_with_rowid=False,
)
foldings = Table("foldings", META, Column("series", Integer, primary_key=True), Column("text", Text, nullable=False))
# What was told, once and for ever.
notices = Table(
    "notices",
    META,
    Column("at", BigInteger, primary_key=True),
    Column("outage", Text, nullable=False),
    Column("component", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("start", BigInteger, nullable=False),
    Column("end", BigInteger),
    Column("reason", Integer, nullable=False),
    Column("down_seconds", BigInteger, nullable=False),
)
Index("notices_component", notices.c.component, notices.c.at)
journal = Table(
    "journal",
    META,
    Column("id", Integer, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("detail", Text, nullable=False),
)
# Sealed statements: documents, superseded by a next edition and never edited.
statements = Table(
    "statements",
    META,
    Column("agreement", Text, primary_key=True),
    Column("period", Text, primary_key=True),
    Column("edition", Integer, primary_key=True),
    Column("sealed_at", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("document", Text, nullable=False),
)
# What people say of a span of time: why it should not be held against the provider, who said so, when. Appended, never edited.
labels = Table(
    "labels",
    META,
    Column("id", Integer, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("component", Text, nullable=False),
    Column("start", BigInteger, nullable=False),
    Column("end", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("outage", Text, nullable=False, server_default=""),
)


# What people say about incidents and maintenance, event by event. Each goes on from the one before it: whoever did not know that
# one has the same number, and is refused. Appended, never edited.
def _events(name: str) -> Table:
    return Table(
        name,
        META,
        Column("id", Integer, primary_key=True),
        Column("account", Text, nullable=False),
        Column("subject", Text, nullable=False),
        Column("number", Integer, nullable=False),
        Column("at", BigInteger, nullable=False),
        Column("by", Text, nullable=False),
        Column("step", Text, nullable=False),
        Column("texts", Text, nullable=False),
        Column("said", Text, nullable=False),
        UniqueConstraint("subject", "number"),
    )


events = _events("events")
# The same of incidents that are not published yet. Nothing public reads this table.
drafts = _events("drafts")
# The second of the newest notice that each follower has taken into account.
followed = Table(
    "followed",
    META,
    Column("name", Text, primary_key=True),
    Column("at", BigInteger, nullable=False),
)
# What endpoints that call us have said, and when nobody listened: see ``timeline.signals``. Facts: appended, never edited.
signals = Table(
    "signals",
    META,
    Column("id", Integer, primary_key=True),
    Column("series", Integer, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("sign", Text, nullable=False),
    Column("number", BigInteger),
    Column("note", Text, nullable=False),
)
Index("signals_series", signals.c.series, signals.c.sign, signals.c.id)
