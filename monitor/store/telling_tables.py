"""The tables of what is to be told to whom, in a file of their own: addresses of people are never part of the record."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, Table, Text, UniqueConstraint, text

META = MetaData()

# How far each log of the record was followed.
cursors = Table("cursors", META, Column("log", Text, primary_key=True), Column("at", BigInteger, nullable=False))
# Where each rule of the operators stands: see ``telling.alarm``.
alarms = Table("alarms", META, Column("rule", Text, primary_key=True), Column("standing", Text, nullable=False))
# What is told, in every language, once.
messages = Table(
    "messages",
    META,
    Column("id", Integer, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("document", Text, nullable=False),
)
# Each message to each receiver. ``state``: 0 is to be sent, 1 was sent, 2 was given up. Instants in milliseconds.
deliveries = Table(
    "deliveries",
    META,
    Column("id", Integer, primary_key=True),
    Column("message", Integer, nullable=False),
    Column("lane", Text, nullable=False),
    Column("receiver", Text, nullable=False),
    Column("state", Integer, nullable=False),
    Column("tried", Integer, nullable=False),
    Column("made_ms", BigInteger, nullable=False),
    Column("due_ms", BigInteger, nullable=False),
    Column("error", Text, nullable=False),
    UniqueConstraint("message", "receiver"),
)
Index(
    "deliveries_waiting",
    deliveries.c.lane,
    deliveries.c.receiver,
    deliveries.c.id,
    sqlite_where=text("state = 0"),
)
Index("deliveries_state", deliveries.c.state, deliveries.c.id)
# Wishes that were not confirmed yet, and those that were. ``wish`` is JSON; an address has one subscription.
requests = Table(
    "requests",
    META,
    Column("id", Text, primary_key=True),
    Column("way", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("wish", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
)
Index("requests_address", requests.c.way, requests.c.address)
subscribers = Table(
    "subscribers",
    META,
    Column("id", Text, primary_key=True),
    Column("way", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("wish", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("refused", Integer, nullable=False, server_default="0"),  # messages one after the other, for good
    UniqueConstraint("way", "address"),
)
# Subscriptions that ended because nobody is there any more, without their addresses.
endings = Table(
    "endings",
    META,
    Column("id", Integer, primary_key=True),
    Column("subscriber", Text, nullable=False),
    Column("way", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("why", Text, nullable=False),
)
