"""Feeds: what was published, for machines that come back for it.

``item`` holds the values, ``outages``, ``results`` and ``deadlines`` make them, ``channels`` says which feed holds which; all of
that is pure. ``xml`` is the door to feedgen, ``calendars`` to icalendar, ``json_feed`` needs no library.
"""
