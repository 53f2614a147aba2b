"""Pictures of what a browser saw when it failed: kept in the state folder for the operator, and not for ever."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

OF_EACH = 5
IN_ALL = 200


class Pictures:
    """The newest, at most ``OF_EACH`` of a probe and ``IN_ALL`` of all, in a folder that only we read; none without it."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def keep(self, probe: str, now_ms: int, picture: bytes) -> str:
        """Write it, whole or not at all; its name, empty when none is kept. OSError when it cannot be written."""
        if self._folder is None:
            return ""
        for folder in (self._folder.parent, self._folder):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        at = datetime.fromtimestamp(now_ms // 1000, UTC)
        name = f"{at:%Y%m%dT%H%M%S}.{now_ms % 1000:03}Z.{probe}.png"
        begun = self._folder / f".{name}"
        with os.fdopen(os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(picture)
        begun.rename(self._folder / name)
        self._forget(probe)
        return name

    def _forget(self, probe: str) -> None:
        assert self._folder  # noqa: S101 -- there is one where something was kept
        newest = sorted((each.name for each in self._folder.glob("*.png")), reverse=True)
        own = [name for name in newest if name.endswith(f"Z.{probe}.png")]
        for name in {*own[OF_EACH:], *newest[IN_ALL:]}:
            with suppress(FileNotFoundError):
                (self._folder / name).unlink()
