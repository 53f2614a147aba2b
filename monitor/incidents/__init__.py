"""Pure: what is told. A measured outage tells its own story (``telling``). Incidents and maintenance are told by people, event by
event (``event``), by the rules of ``lifecycle``; they are folded into ``incident``, ``maintenance`` and the ``book`` of them all.

By a policy outages open and resolve incidents (``automatic``) in words that are ready (``template``), or make ``drafts``. One
trouble is told in one place (``together``). ``planned`` and ``recurrence`` are of work that is planned, ``course`` is what became
of it, ``labels`` are what people call an outage.
"""
