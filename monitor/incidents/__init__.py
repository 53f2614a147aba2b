"""Pure: what is told. A measured outage tells its own story (``telling``). Incidents and maintenance are told by people, event by
event (``event``), by the rules of ``lifecycle``; they are folded into ``incident``, ``maintenance`` and the ``book`` of them all.
"""
