"""Worked cases of the agreements in ``config/agreements/library``."""
