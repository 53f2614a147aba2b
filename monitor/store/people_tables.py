"""The tables of the people store, a file of its own beside the record. Instants are seconds since the epoch, UTC."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, MetaData, Table, Text

META = MetaData()

operators = Table(
    "operators",
    META,
    Column("name", Text, primary_key=True),
    Column("shown", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("password", Text, nullable=False),  # an Argon2id hash
    Column("secret", Text),  # of the second factor
    Column("step", BigInteger, nullable=False),  # the last one of it that was used
    Column("disabled", Boolean, nullable=False),
    Column("created", BigInteger, nullable=False),
)
sessions = Table(
    "sessions",
    META,
    Column("digest", Text, primary_key=True),
    Column("operator", Text, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("seen", BigInteger, nullable=False),
    Column("address", Text, nullable=False),
)
# From where an operator logged in before: such places are not locked out when strangers try the account.
places = Table(
    "places",
    META,
    Column("operator", Text, primary_key=True),
    Column("network", Text, primary_key=True),
    Column("seen", BigInteger, nullable=False),
)
tokens = Table(
    "tokens",
    META,
    Column("id", Text, primary_key=True),
    Column("digest", Text, nullable=False, unique=True),
    Column("operator", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("expires", BigInteger),
    Column("used", BigInteger),
    Column("revoked", BigInteger),
)
# Appended only: triggers refuse everything else.
audit = Table(
    "audit",
    META,
    Column("id", Integer, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("who", Text, nullable=False),
    Column("way", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("detail", Text, nullable=False),
)
Index("audit_who", audit.c.who, audit.c.id)
# What was asked under which key, what was going to be said for it, and what was answered once it was.
answers = Table(
    "answers",
    META,
    Column("token", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("asked", Text, nullable=False),
    Column("plan", Text, nullable=False),
    Column("answer", Text),
    Column("at", BigInteger, nullable=False),
)
# Who an operator is to a provider of identities.
links = Table(
    "links",
    META,
    Column("issuer", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("operator", Text, nullable=False),
)
