"""``make mutation``: how many of a sample of small mistakes in ``monitor/sla`` the tests notice.

The tests run once to see which lines each of them reaches. Then, for each mistake of the sample, a child process makes it in the
loaded code and runs the tests that reach its line until one fails: the mistake is noticed. Survivors are printed, those of which
``explained.toml`` says why no input can tell as explained; they are not counted as noticed.
"""

from __future__ import annotations

import argparse
import ast
import functools
import importlib
import os
import random
import signal
import sys
import time
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from mutation.explained import explained
from mutation.mutants import mutants

import monitor.sla

TESTS = Path(__file__).parents[1]
SUITES = (
    "unit/test_sla_*.py",
    "unit/test_statement.py",
    "unit/test_printed.py",
    "vectors",
    "library",
    "property/test_sla_*.py",
)
SOURCES = {f.stem: f for f in sorted(Path(monitor.sla.__path__[0]).glob("*.py")) if f.stem != "__init__"}
LONGEST = (
    15  # seconds of work, beside 20 times what it took before, after which a test is taken to run for ever, and said to
)
UNAPPLIED = 77


@dataclass
class Reach:
    """The lines of each module that a test runs, and how long it took."""

    seconds: float = 0
    lines: dict[str, set[int]] = field(default_factory=dict)


class Sampler:
    """The plugin that takes the place of pytest's loop."""

    def __init__(self, seed: int, count: int, only: str | None) -> None:
        self.seed, self.count, self.only = seed, count, only
        self.is_child = False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """One failure is enough."""
        if report.failed and self.is_child:
            os._exit(1)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Look at what each test reaches, then try the sample."""
        reached = {item.nodeid: _reach(item) for item in session.items}
        if session.testsfailed:
            sys.exit("the tests fail without any mistake")
        sample = [(m, n) for m in SOURCES for n, _ in enumerate(mutants(_tree(m))) if self.only in (None, m)]
        random.Random(self.seed).shuffle(sample)
        reasons = explained(SOURCES)
        noticed = explains = 0
        for tried, (module, place) in enumerate(sample := sample[: self.count]):
            if tried % 50 == 0:
                print(f"{noticed} of {tried} noticed", flush=True)
            found = list(mutants(_tree(module)))[place]
            first, last = _statement(_tree(module), found.line)
            items = [
                i for i in session.items if reached[i.nodeid].lines.get(module, set()) & set(range(first, last + 1))
            ]
            items.sort(key=lambda item: reached[item.nodeid].seconds)
            costs = {i.nodeid: LONGEST + 20 * reached[i.nodeid].seconds for i in items}
            is_explained = (module, place) in reasons
            if self._is_noticed(module, place, items, costs):
                noticed += 1
                if is_explained:
                    sys.exit(
                        f"{module}:{found.line}: {found.what} is explained as one that no input can tell, and was noticed"
                    )
            elif is_explained:
                explains += 1
                print(f"explained: {module}:{found.line}: {found.what}: {reasons[module, place]}", flush=True)
            else:
                line = SOURCES[module].read_text("utf-8").splitlines()[found.line - 1].strip()
                print(f"survived: {module}:{found.line}: {found.what}: {line}  [{len(items)} tests]", flush=True)
        print(
            f"seed {self.seed}: {noticed} of {len(sample)} noticed, {100 * noticed / max(1, len(sample)):.1f} %; "
            f"{explains} of the others explained"
        )
        return True

    def _is_noticed(self, module: str, place: int, items: list[pytest.Item], costs: Mapping[str, float]) -> bool:
        child = os.fork()
        if child:
            status = os.waitpid(child, 0)[1]
            if os.WIFEXITED(status) and os.WEXITSTATUS(status) == UNAPPLIED:
                raise RuntimeError(f"{module}: mistake {place} changes no function that can be found")
            if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGPROF:
                print(f"never ended: {module}: mistake {place}", flush=True)
            return status != 0
        self.is_child = True
        plugins = items[0].config.pluginmanager if items else None
        if plugins:
            plugins.unregister(plugins.get_plugin("terminalreporter"))
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        try:
            if not _apply(module, place):
                os._exit(UNAPPLIED)
            for n, item in enumerate(items):
                after = items[n + 1] if n + 1 < len(items) else None
                signal.setitimer(signal.ITIMER_PROF, costs[item.nodeid])
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
        except BaseException:  # noqa: BLE001 -- whatever it is, the mistake was noticed
            os._exit(1)
        os._exit(0)


def _tree(module: str) -> ast.Module:
    return ast.parse(SOURCES[module].read_text("utf-8"))


def _reach(item: pytest.Item) -> Reach:
    """Run a test and remember the lines it runs."""
    found, names = Reach(), {str(file): name for name, file in SOURCES.items()}

    def inside(frame: types.FrameType, event: str, _: Any) -> Any:
        if event == "line":
            found.lines[names[frame.f_code.co_filename]].add(frame.f_lineno)
        return inside

    def entered(frame: types.FrameType, _event: str, _: Any) -> Any:
        name = names.get(frame.f_code.co_filename)
        if name is None:
            return None
        found.lines.setdefault(name, set()).add(frame.f_lineno)
        return inside

    begin = time.monotonic()
    sys.settrace(entered)
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
    sys.settrace(None)
    found.seconds = time.monotonic() - begin
    return found


def _statement(tree: ast.Module, line: int) -> tuple[int, int]:
    """The first and last line of the smallest statement around a line: Python tells only some lines of a long one."""
    spans = []
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and not isinstance(node, ast.FunctionDef | ast.ClassDef):
            body = getattr(node, "body", None)
            last = max(node.lineno, body[0].lineno - 1) if isinstance(body, list) else node.end_lineno or node.lineno
            if node.lineno <= line <= last:
                spans.append((node.lineno, last))
    return min(spans, key=lambda span: span[1] - span[0], default=(line, line))


def _apply(module: str, place: int) -> bool:
    """Make the mistake in the loaded functions. False when none of them changed."""
    real = importlib.import_module(f"monitor.sla.{module}")
    before, tree = _tree(module), _tree(module)
    list(mutants(tree))[place].make()
    name = str(SOURCES[module])
    old, new = (
        {_key(code): code for code in _codes(compile(ast.fix_missing_locations(each), name, "exec", dont_inherit=True))}
        for each in (before, tree)
    )
    changed = 0
    for function in _functions(vars(real), real.__name__):
        key = _key(function.__code__)
        if key in new and new[key] != old[key]:
            function.__code__ = new[key]
            changed += 1
    for each in SOURCES:  # what was computed before the mistake was made is not to be found again
        for value in vars(importlib.import_module(f"monitor.sla.{each}")).values():
            if hasattr(value, "cache_clear"):
                value.cache_clear()
    return changed > 0


def _key(code: types.CodeType) -> tuple[str, int]:
    return code.co_name, code.co_firstlineno


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    for each in code.co_consts:
        if isinstance(each, types.CodeType):
            yield each
            yield from _codes(each)


def _functions(names: Mapping[str, Any], module: str) -> Iterator[types.FunctionType]:
    """The functions of a module and of its classes, without what wraps them."""
    for value in list(names.values()):
        if isinstance(value, type) and value.__module__ == module:
            yield from _functions(vars(value), module)
        inner = value.fget if isinstance(value, property) else value
        inner = inner.func if isinstance(inner, functools.cached_property) else inner
        inner = getattr(inner, "__wrapped__", inner)
        if isinstance(inner, types.FunctionType) and inner.__module__ == module:
            yield inner


def main() -> None:
    """Read the options and run."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--count", type=int, default=100)
    options.add_argument("--only", choices=sorted(SOURCES), help="one module")
    given = options.parse_args()
    os.environ.setdefault("MEETLAT_EXAMPLES", "1")
    suites = [str(found) for suite in SUITES for found in sorted(TESTS.glob(suite))]
    plain = [
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:logging",
        "-p",
        "no:unraisableexception",
        "--tb=no",
        "--no-header",
    ]
    code = pytest.main([*plain, *suites], plugins=[Sampler(given.seed, given.count, given.only)])
    sys.exit(code)


if __name__ == "__main__":
    main()
