"""What the server tells of itself, as metrics: read from what is counted anyway, when it is asked.

Nothing here is done for an edit or a frame. There is no text, name, id or secret in it.
"""

from __future__ import annotations

import asyncio
import platform
import shutil
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector
from sqlalchemy import Connection

from server.bus.figures import Figures
from server.days.access import Role
from server.service import Service
from server.sync.gate import Doors
from server.sync.member import Member
from server.sync.rooms import Rooms
from server.sync.session import Counts
from server.sync.tallies import Tallies
from storage import held, webhooks
from storage.durations import Measured
from storage.errors import StoreError
from storage.values import HeldState

STORE_SECONDS = 5.0
"""How long the store may take to answer: less than Prometheus waits for all of it."""

STATES = ("joining", "in_step", "behind", "resynchronising")


@dataclass(frozen=True, slots=True)
class Stored:
    """What only the store can tell."""

    held: Mapping[HeldState, int]
    bytes: Mapping[str, int]
    webhooks_waiting: int


class Metrics:
    """Made for one service, with a registry of its own."""

    def __init__(self, service: Service, doors: Doors) -> None:
        self._service = service
        self._figures = _Figures(service, doors)
        self._registry = CollectorRegistry()
        self._registry.register(self._figures)
        ProcessCollector(registry=self._registry)

    async def exposition(self) -> bytes:
        """All metrics of this moment, in Prometheus' text format. A store that does not answer is
        a metric too."""
        try:
            async with asyncio.timeout(STORE_SECONDS):
                self._figures.stored = await self._service.store.read(self._read)
        except (StoreError, TimeoutError):
            self._figures.stored = None
        return generate_latest(self._registry)

    def _read(self, db: Connection) -> Stored:
        return Stored(held.counts(db), self._service.store.database.sizes(db), webhooks.waiting(db))


class _Figures(Collector):
    def __init__(self, service: Service, doors: Doors) -> None:
        self._service = service
        self._doors = doors
        self._most: dict[str, int] = {}
        self.stored: Stored | None = None

    def describe(self) -> Iterable[Metric]:
        return ()

    def collect(self) -> Iterator[Metric]:
        service = self._service
        yield _gauge(
            "build_info",
            "1, and what runs here.",
            {
                (
                    version("calepin"),
                    platform.python_version(),
                    "postgresql" if service.store.database.path is None else "sqlite",
                ): 1
            },
            "version",
            "python",
            "store",
        )
        yield _gauge(
            "worker_info",
            "1, and which worker tells this; 0: there is one process alone.",
            {(str(service.worker),): 1},
            "worker",
        )
        yield _gauge(
            "duty",
            "1 for work that this process does for all that have the store, 0 where another does.",
            {(name,): int(held) for name, held in service.duties.standing.items()},
            "name",
        )
        yield from self._writing()
        yield from self._live(service.rooms)
        yield from self._together(service.rooms.tallies)
        yield _counter(
            "webhook_attempts",
            "Attempts to tell an address of an event; failed: it is tried again, but for a test.",
            {(outcome,): count for outcome, count in service.deliveries.attempts.items()},
            "outcome",
        )
        yield from self._storing()

    def _together(self, tallies: Tallies) -> Iterator[Metric]:
        neighbours = self._service.neighbours
        yield _gauge(
            "neighbours",
            "Other processes that serve the same notes, as heard in the last seconds.",
            neighbours.processes if neighbours else 0,
        )
        yield _counter(
            "bus_gaps",
            "How often what another process said did not continue what was here; the log was read.",
            tallies.gaps,
        )
        yield _counter(
            "updates_checked_again",
            "Updates that were checked again, as the same person's came in by another process.",
            tallies.stale,
        )
        if self._service.bus is not None:
            yield from bus_metrics(self._service.bus.figures, time.monotonic())

    def _writing(self) -> Iterator[Metric]:
        pump, stats = self._service.pump, self._service.store.stats()
        yield _counter("commits", "Batches of edits that were made durable.", pump.commits)
        yield _counter("rows", "Edits in them, held ones too.", pump.rows)
        yield _gauge(
            "oldest_unsaved_seconds",
            "For how long the oldest edit has waited that is received and not yet durable.",
            pump.oldest_unsaved_seconds(),
        )
        yield _histogram(
            "store_transaction_seconds",
            "How long each transaction that wrote took, from its begin to the end of its commit.",
            stats.durations,
        )
        yield _counter(
            "store_transaction_failures",
            "Transactions that failed; nothing of them was kept.",
            stats.failures,
        )
        yield _gauge("store_queue", "Calls that wait to be written.", stats.queued)

    def _live(self, rooms: Rooms) -> Iterator[Metric]:
        live = list(rooms.live())
        members = [member for room in live for member in room.members.values()]
        sessions: Counter[tuple[str, ...]] = Counter(
            {(role.value, state): 0 for role in Role for state in STATES}
        )
        sessions.update((member.visitor.role.value, state_of(member)) for member in members)
        yield _gauge("sockets", "Open WebSockets.", self._doors.open)
        yield _gauge("notes_open", "Notes that are in memory.", len(live))
        yield _gauge(
            "sessions",
            "Connections in notes, by what they may do and whether they are in step.",
            sessions,
            "role",
            "state",
        )
        counts = Counts()
        counts.add(rooms.tallies.left)
        for member in members:
            counts.add(member.session.counts)
        outcomes = asdict(counts)
        received = outcomes.pop("received")
        yield _counter(
            "updates_received", "Updates that were received.", self._grown("received", received)
        )
        yield _counter(
            "updates",
            "Updates that were judged, by outcome; nothing: it brought nothing new.",
            {(outcome,): self._grown(outcome, count) for outcome, count in outcomes.items()},
            "outcome",
        )
        yield _counter(
            "resyncs",
            "How often a connection of which something was held was asked for all that it has.",
            rooms.tallies.resyncs,
        )
        yield _counter(
            "connections_ended",
            "Connections, or parts of them in one note, that were ended or not let in, by code.",
            {(code,): count for code, count in sorted(rooms.tallies.ended.items())},
            "code",
        )
        yield _histogram(
            "loop_lag_seconds",
            "How much later than asked for the loop came back to its slow tick.",
            rooms.lag.measured(),
        )

    def _storing(self) -> Iterator[Metric]:
        stored = self.stored
        yield _gauge("store_answers", "1 when the store answers, 0 when not.", int(bool(stored)))
        if stored is not None:
            yield _gauge(
                "held_updates",
                "Held updates in the store: open ones wait for a decision.",
                {(state.name.lower(),): count for state, count in stored.held.items()},
                "state",
            )
            yield _gauge(
                "store_bytes",
                "What the store takes on its disk.",
                {(part,): size for part, size in stored.bytes.items()},
                "part",
            )
            yield _gauge(
                "webhook_events_waiting",
                "Events that are still to be told, each for each of its addresses.",
                stored.webhooks_waiting,
            )
        try:
            free = shutil.disk_usage(self._service.settings.data).free
        except OSError:
            return
        yield _gauge("data_free_bytes", "What is free on the disk of the data folder.", free)

    def _grown(self, name: str, count: int) -> int:
        """`count`, but never less than before. An update that lost a race against a lock changes
        from accepted to held; a counter that goes back would count as one that began anew."""
        self._most[name] = max(count, self._most.get(name, 0))
        return self._most[name]


def bus_metrics(figures: Figures, now: float) -> Iterator[Metric]:
    """Of the bus on Redis, where there is one. `now` is of the clock that the bus was given."""
    yield _gauge("bus_up", "1 while Redis carries messages, 0 while not.", int(figures.is_up))
    yield _gauge("bus_turned_seconds", "For how long that is so.", now - figures.turned_at)
    if figures.heard_at is not None:
        yield _gauge(
            "bus_silent_seconds", "Since Redis last sent anything.", now - figures.heard_at
        )
    yield _counter(
        "bus_messages",
        "Messages to and from other processes, by what became of them.",
        {
            ("said",): figures.said,
            ("dropped",): figures.dropped,
            ("heard",): figures.heard,
            ("passed_over",): figures.passed_over,
        },
        "outcome",
    )
    yield _counter(
        "bus_bytes",
        "Bytes of them.",
        {("said",): figures.bytes_said, ("heard",): figures.bytes_heard},
        "direction",
    )
    yield _counter("bus_connections", "Connections that came about.", figures.connections)
    yield _counter(
        "bus_failures", "Connections that were lost, or did not come about.", figures.failures
    )


def state_of(member: Member) -> str:
    """In which of `STATES` a connection is in its note."""
    if not member.session.synced:
        return "joining"
    if member.behind_at is not None or member.socket.is_behind():
        return "behind"
    return "resynchronising" if member.session.must_resync else "in_step"


Value = float | Mapping[tuple[str, ...], float]
"""One number, or one for each combination of the values of labels."""


def _gauge(name: str, what: str, value: Value, *labels: str) -> Metric:
    return _filled(GaugeMetricFamily(f"calepin_{name}", what, labels=labels), value)


def _counter(name: str, what: str, value: Value, *labels: str) -> Metric:
    return _filled(CounterMetricFamily(f"calepin_{name}", what, labels=labels), value)


def _filled(
    family: GaugeMetricFamily | CounterMetricFamily, value: Value
) -> GaugeMetricFamily | CounterMetricFamily:
    values = value if isinstance(value, Mapping) else {(): value}
    for labels, number in values.items():
        family.add_metric(labels, number)
    return family


def _histogram(name: str, what: str, measured: Measured) -> Metric:
    family = HistogramMetricFamily(f"calepin_{name}", what)
    buckets, total = [], 0
    for bound, count in zip([*measured.bounds, float("inf")], measured.counts, strict=True):
        total += count
        buckets.append(("+Inf" if bound == float("inf") else str(float(bound)), float(total)))
    family.add_metric([], buckets, measured.seconds)
    return family
