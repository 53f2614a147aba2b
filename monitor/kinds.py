"""A folder is a registry: the modules of a package, by name."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from types import ModuleType


def names(package: ModuleType) -> tuple[str, ...]:
    """The kinds in a package: the names of its public modules, sorted."""
    return _names(*package.__path__)


@cache
def _names(*folders: str) -> tuple[str, ...]:
    return tuple(sorted(found.name for found in pkgutil.iter_modules(folders) if found.name[0] != "_"))


def load(package: ModuleType, kind: str) -> ModuleType:
    """The module of one kind. LookupError, which lists the known kinds, for an unknown one."""
    if kind not in names(package):
        raise LookupError(f"{kind!r} is not one of: {', '.join(names(package))}")
    return importlib.import_module(f"{package.__name__}.{kind}")
