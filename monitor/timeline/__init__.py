"""Pure: observations are folded into timelines, timelines into outages. No I/O, no clock, no configuration.

Instants are integer seconds since the Unix epoch, UTC, unless a name ends in ``_ms`` (milliseconds) or ``_us``
(microseconds, for durations). Spans are half-open.
"""
