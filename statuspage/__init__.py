"""Meetlat's showing half: it reads the record and shows it. It never probes and never schedules.

``i18n`` (the door to Babel), ``charts`` and ``pages`` are pure; ``views`` asks the record and builds what a page shows; ``feed`` is
the door to feedgen, ``app`` to Flask, ``serve`` to waitress.
"""
