"""Meetlat's measuring half: it asks, keeps, judges and accounts. It knows no web page.

The floors, from the ground up (imports only go down; ``pyproject.toml`` states them for import-linter):

``clock``, ``loop``, ``kinds``, ``table``, ``values``
    The one reader of the clocks; the event loop; folders as registries; TOML tables bound to frozen dataclasses.
``timeline``
    Pure. Observations are folded into states, states into outages; periods are cut in a time zone.
``sla``, ``incidents``
    Pure. Outages become ledgers, ledgers become statements; outages become what is told about them;
    what people say becomes incidents and maintenance.
``people``, ``access``, ``saying``
    Who may act, and letting them in; what people say, by one set of rules whichever way it comes.
``http_client``, ``resolver``, ``wire``, ``datagram``, ``aside``, ``pictures``, ``mishaps``
    The door to httpx, the resolver beside it, one bounded connection, single packets, calls that block, what a browser saw, and
    our own mistakes, logged once. Below them, ``reach`` tries the addresses of a name, ``unpack`` undoes the codings of a body,
    ``trust`` says whom to believe, and ``patterns``, ``json_paths`` and ``json_rules`` look into answers.
``heartbeats``, ``intake``, ``listening``
    What is known of endpoints that call us; the door to h11, where they do; keeping what they say in the record.
``canaries``
    Whether our own line works: asked each few seconds, and when a target failed.
``probes``, ``store``
    One file per kind of probe; the record in SQLite or PostgreSQL.
``agreements``, ``components``, ``maintenance``, ``templates``, ``config``, ``schedule``, ``judge``, ``news``, ``stories``,
``worker``, ``describe``, ``reference``
    The operator's TOML; the slots; one turn of judging, of telling and of measuring; outages that tell of themselves; a
    configuration, and the kinds of probe, in words.
``public``, ``telling``, ``channels``, ``alerts``
    Which addresses strangers may name; pure: who is told what and when; one file per way to tell; the operator's TOML for it.
``following``, ``sending``, ``teller``
    From the record to the outbox, from the outbox to the receivers: a process of its own, which the worker does not know.
``commands``, ``__main__``
    What an operator types. The only place where everything is wired together.
"""
