"""How hard Hypothesis tries: ``MEETLAT_EXAMPLES`` examples a law. No deadline an example: the machine may be busy."""

import os

from hypothesis import settings

settings.register_profile("meetlat", max_examples=int(os.environ.get("MEETLAT_EXAMPLES", "100")), deadline=None)
settings.load_profile("meetlat")
