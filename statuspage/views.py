"""What a page shows, from the record and the configuration at one moment."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import dropwhile

from monitor.components import Component
from monitor.config import Config
from monitor.incidents.book import Book, book
from monitor.incidents.labels import Labelled
from monitor.incidents.lifecycle import UNDER_MAINTENANCE
from monitor.news import LOOK_BACK
from monitor.settlement import every_label
from monitor.store import Reader
from monitor.timeline.model import Outage, State, Timeline
from monitor.timeline.outage import outages
from monitor.timeline.period import Period, days_of, month_of, months, parse_month
from monitor.timeline.record import Notice
from monitor.timeline.span import Span
from statuspage.pages.edges import begins_earlier, ends_later, standing
from statuspage.pages.naming import Telling, tellings
from statuspage.pages.overall import Overall, told
from statuspage.pages.tally import Day, Run, Tally, calendar, runs, tally, total

DAYS = 90
MONTHS = 13  # of a component: the running one and those of a year
STEP = 86_400  # the first look past an edge, in seconds; each further one is twice as long
LEAST_SILENCE = 5  # seconds that are never called an interruption, however short the intervals


@dataclass(frozen=True)
class Row:
    """A component on the page. Maintenance lies over its state: that is measured all the same."""

    component: Component
    state: State
    calendar: tuple[Period, ...]
    runs: tuple[Run, ...]
    tally: Tally
    outages: tuple[Outage, ...]
    is_maintained: bool = False

    @cached_property
    def days(self) -> tuple[Day, ...]:
        """Each day by itself, oldest first."""
        return tuple(
            Day(
                self.calendar[run.first + n],
                run.tally if run.count == 1 else run.tally.share(self.calendar[run.first + n].span.seconds),
            )
            for run in self.runs
            for n in range(run.count)
        )

    @property
    def bad(self) -> int:
        """On how many days there was trouble."""
        return sum(run.count for run in self.runs if run.tally.down or run.tally.degraded)

    @property
    def empty(self) -> int:
        """Of how many days nothing is known."""
        return sum(run.count for run in self.runs if not run.tally.known)

    @property
    def shown(self) -> str:
        """The state in the word that is shown."""
        return UNDER_MAINTENANCE if self.is_maintained else self.state


@dataclass(frozen=True)
class Month:
    """A component in a month: its seconds so far, its outages, and its days."""

    component: Component
    tally: Tally
    outages: tuple[Outage, ...]
    runs: tuple[Run, ...]
    calendar: tuple[Period, ...]


@dataclass(frozen=True)
class Facts:
    """Everything the pages need at one moment. ``reader`` is None while there is no record."""

    config: Config
    reader: Reader | None
    now: int

    @property
    def newest(self) -> int | None:
        """The second of the newest observation."""
        return self.reader.newest() if self.reader else None

    @property
    def is_stale(self) -> bool:
        """True when the newest observation is older than three of the longest intervals: page and health check agree on it."""
        newest = self.newest
        return newest is not None and self.now - newest > self.patience

    @property
    def patience(self) -> int:
        """For how many seconds nothing may be observed before it is called an interruption."""
        longest = max((p.interval for c in self.config.components for p in c.probes), default=60_000)
        return max(3 * longest // 1000, LEAST_SILENCE)

    @cached_property
    def told(self) -> Book:
        """What people said of trouble and of work."""
        return book(self.reader.events()) if self.reader else Book()

    @cached_property
    def labels(self) -> tuple[Labelled, ...]:
        """What people labelled."""
        return every_label(self.reader, self.now) if self.reader else ()

    def _whole(self, span: Span, names: Collection[str] | None = None) -> dict[str, Timeline]:
        """The span, and as much around it as gives an outage over one of its edges its true times: usually nothing."""
        drawn = self.timelines(span, names)
        since = self.reader.since() if self.reader else None
        first, begin, step = span.start if since is None else since, span.start, STEP
        while begin > first and (cut := [name for name, line in drawn.items() if begins_earlier(line)]):
            earlier = Span(max(first, begin - step), begin)
            drawn |= _joined(self.timelines(earlier, cut), drawn)
            begin, step = earlier.start, step * 2
        end, step = span.end, STEP
        while end <= self.now and (cut := [name for name, line in drawn.items() if ends_later(line)]):
            later = Span(end, min(self.now + 1, end + step))
            drawn |= _joined(drawn, self.timelines(later, cut))
            end, step = later.end, step * 2
        return drawn

    def timelines(self, span: Span, components: Collection[str] | None = None) -> dict[str, Timeline]:
        """The states of these components over the span, or of all."""
        return self.reader.timelines(span, components) if self.reader else {}

    def rows(self, names: Collection[str] | None = None) -> tuple[Row, ...]:
        """These components, or all, with their last ninety days."""
        zone = self.config.page.timezone
        begin = calendar(self.now, DAYS, zone)[0].span.start
        wanted = [each for each in self.config.components if names is None or each.id in names]
        drawn = self._whole(Span(begin, self.now + 1), names)
        return tuple(self._row(component, drawn.get(component.id, ()), zone) for component in wanted)

    def overall(self) -> Overall:
        """All components together, with what people said."""
        rows = self.rows()
        return told([(row.state, row.is_maintained) for row in rows], self.told.impacts())

    def _row(self, component: Component, timeline: Timeline, zone: str) -> Row:
        days = calendar(self.now, DAYS, zone)
        found = runs(timeline, days)
        stretch = standing(timeline, LEAST_SILENCE)
        state = stretch.state if stretch else State.UNKNOWN
        shown = Span(days[0].span.start, self.now + 1)
        # Past the end of its plan it excuses nothing any more: what is down then is down.
        running = (each for each in self.told.running(self.now) if not each.overrun(self.now))
        maintained = any(component.id in each.components for each in running)
        ended = _within(outages(component.id, timeline), shown)
        return Row(component, state, days, found, total(found), ended, maintained)

    def whole(self, span: Span, names: Collection[str]) -> dict[str, tuple[Outage, ...]]:
        """The outages of these components around the span."""
        return {name: outages(name, line) for name, line in self._whole(span, names).items()}

    def outages(self, span: Span) -> dict[str, tuple[Outage, ...]]:
        """The outages of each component that share a second with the span, newest first, with their true edges."""
        drawn = self._whole(span)
        return {c.id: _within(outages(c.id, drawn.get(c.id, ())), span) for c in self.config.components}

    def names(self, found: Iterable[Outage]) -> Callable[[Outage], str | None]:
        """What these outages are called, as far as they were told of. Several that were told of as one have one name."""
        shown = tuple(found)
        told: dict[str, list[Telling]] = {}
        if self.reader and shown:
            begin = min(each.start for each in shown)
            end = max(self.now if each.end is None else each.end for each in shown) + LOOK_BACK
            told = tellings(self.reader.notices_within({each.component for each in shown}, begin, end))

        @cache
        def ahead(component: str) -> list[Telling]:
            """What had been told of it when the first of these outages began."""
            last = self.reader.notice_before(component, begin) if self.reader else None
            return tellings((last,)).get(component, []) if last else []

        def name(one: Outage) -> str | None:
            found = (each.outage for each in told.get(one.component, ()) if each.tells_of(one))
            return next(found, None) or next((each.outage for each in ahead(one.component) if each.tells_of(one)), None)

        return name

    def notices_of(self, outage: str) -> tuple[Notice, ...]:
        """What was told of the outage of this name, newest first."""
        return self.reader.notices_of(outage) if self.reader else ()

    def months(self, zone: str) -> tuple[Period, ...]:
        """The months there is a record of, newest first."""
        since = self.reader.since() if self.reader else None
        if since is None or since > self.now:
            return (month_of(self.now, zone),)
        return tuple(reversed(list(months(Span(since, self.now + 1), zone))))

    def recent_months(self, component: str) -> tuple[tuple[Period, Tally], ...]:
        """The last months of a component, newest first, from the first one on of which anything is known."""
        zone = self.config.page.timezone
        since = self.reader.since() if self.reader else None
        every = self.months(zone)[:MONTHS]
        if since is None or not self.reader:
            return ()
        span = Span(every[-1].span.start, self.now + 1)
        line = self.timelines(span, (component,)).get(component, ())
        spans = [Span(each.span.start, min(each.span.end, span.end)) for each in reversed(every)]
        found = list(zip(reversed(every), tally(line, spans), strict=True))
        known = dropwhile(lambda pair: not pair[1].known, found)
        return tuple(reversed([(month, _filled(tally, month, span.end)) for month, tally in known]))

    def month(self, label: str) -> tuple[Month, ...]:
        """One month of each component. ValueError for a label that is no month or one that has not begun."""
        period = parse_month(label, self.config.page.timezone)
        span = Span(period.span.start, min(period.span.end, self.now + 1))
        drawn = self._whole(span)
        dates = days_of(period)
        return tuple(
            Month(
                c,
                _known(drawn.get(c.id, ()), span),
                _within(outages(c.id, drawn.get(c.id, ())), span),
                runs(drawn.get(c.id, ()), dates),
                dates,
            )
            for c in self.config.components
        )


def _joined(earlier: dict[str, Timeline], later: dict[str, Timeline]) -> dict[str, Timeline]:
    return {name: earlier.get(name, ()) + later.get(name, ()) for name in earlier | later}


def _known(timeline: Timeline, span: Span) -> Tally:
    """The tally of the span; what the timeline does not reach is unknown."""
    found = tally(timeline, [span])[0]
    return found + Tally(unknown=span.seconds - found.seconds)


def _filled(found: Tally, month: Period, end: int) -> Tally:
    """The tally of a month so far; what is not counted in it is unknown."""
    return found + Tally(unknown=min(month.span.end, end) - month.span.start - found.seconds)


def _within(found: tuple[Outage, ...], span: Span) -> tuple[Outage, ...]:
    """The outages that share a second with the span, newest first."""
    return tuple(
        each for each in reversed(found) if each.start < span.end and (each.end is None or each.end > span.start)
    )


def anchor(notice: Notice) -> str:
    """Where a notice is told on a page. One outage can be told to have ended twice, when it turned out to go on."""
    return f"{notice.outage}-{notice.at}"
