"""Meetlat's showing half: it reads the record and shows it. It never probes and never schedules.

``i18n`` (the door to Babel), ``charts`` and ``pages`` are pure; ``views`` asks the record and builds what a page shows; ``feeds``
holds the doors to feedgen and icalendar; ``app`` is the one to Flask, with ``agreements`` and ``subscriptions`` beside it, and
``serve`` the one to waitress.
"""
