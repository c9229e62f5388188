"""The running service: the store, the rooms, the pump, and the tasks that live as long as they."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from random import Random

import structlog
from sqlalchemy import Connection

from server.aside import Aside, Exports
from server.board.board import Board
from server.bus.addresses import parse_address
from server.bus.bus import ProcessId
from server.bus.redis_bus import RedisBus
from server.copies.rounds import DUTY as COPIES
from server.copies.rounds import Copies
from server.days.access import hash_token
from server.days.clone import note_clone, prepare_clone
from server.days.create import add_day, prepare_day
from server.days.entrance import Entrance, load_entrance
from server.days.identity import Identity
from server.days.ids import new_client_id, new_id
from server.days.incoming.formats import read_programme
from server.days.incoming.listing import Wanted
from server.days.known import KnownDays
from server.days.programme import refuse_file
from server.days.secrets import secret_of
from server.export.panes import initial_update
from server.retention import DUTY as RETENTION
from server.retention import Retention
from server.settings import Settings
from server.sync.checkpoints import Checkpoints
from server.sync.following import Following
from server.sync.headings import Headings
from server.sync.importing import Importing, Means
from server.sync.leaving import Leaving
from server.sync.neighbours import Neighbours
from server.sync.plans import Plans
from server.sync.pump import Pump
from server.sync.restoring import Restoring
from server.sync.rooms import Rooms
from server.sync.taking_back import TakingBack
from server.webhooks.deliveries import DUTY as WEBHOOKS
from server.webhooks.deliveries import Deliveries
from storage import settings as stored
from storage.duties import Duties
from storage.errors import StoreError
from storage.store import Store
from storage.values import ConnectionId, DayId, Milliseconds, PersonId

ADMIN_TOKEN_HASH = "admin_token_sha256"  # noqa: S105 - the name of a setting, not a token

log = structlog.get_logger("calepin")


def now() -> Milliseconds:
    """The wall clock: data, never an order."""
    return Milliseconds(time.time_ns() // 1_000_000)


@dataclass(eq=False)
class Service:
    """What the app's routes work with. Made by `start`, which owns its end as well."""

    settings: Settings
    secret: bytes
    store: Store
    identity: Identity
    pump: Pump
    rooms: Rooms
    plans: Plans
    headings: Headings
    days: KnownDays
    retention: Retention
    aside: Aside
    """For short work that would still stall the loop."""
    exports: Exports
    checkpoints: Checkpoints
    copies: Copies
    taking_back: TakingBack
    importing: Importing
    leaving: Leaving
    restoring: Restoring
    deliveries: Deliveries
    board: Board
    duties: Duties
    bus: RedisBus | None
    """The way to other processes; None where this is the only one."""
    neighbours: Neighbours | None
    clock: Callable[[], Milliseconds] = now
    worker: int = 0
    """Which of several workers this is, from 1 on; 0 where there is one process alone."""
    has_failed: bool = False
    is_leaving: bool = False
    """It was told to stop: nobody should be sent here any more."""
    is_settled: bool = False
    _failures: list[Callable[[], None]] = field(default_factory=list)

    @property
    def public_origins(self) -> frozenset[str]:
        """Where our own pages come from, besides the host that a request names."""
        return frozenset({self.settings.address})

    @classmethod
    @asynccontextmanager
    async def start(
        cls, settings: Settings, *, clock: Callable[[], Milliseconds] = now
    ) -> AsyncIterator[Service]:
        """Open the store and run until the block ends; then commit what is queued, and close.

        A lock whose moment passed while no server ran has fallen when the block begins, and a day
        whose date passed is deleted.
        Raises StoreError or CalepinError when the start is prevented.
        """
        async with await Store.open(settings.store, clock=clock) as store:
            secret = await asyncio.to_thread(secret_of, store.database, settings)
            standing = [RETENTION, WEBHOOKS, *([COPIES] if settings.keeps_copies else [])]
            duties = Duties.of(store.database, standing=standing)
            identity = Identity(store, secret)
            names = identity.name_of
            pump = Pump(store, clock=clock, monotonic=time.monotonic)
            aside, exports, condensing = Aside(), Exports(), Aside()
            bus = _bus(settings)
            rooms = Rooms(
                store,
                pump,
                clock=clock,
                monotonic=time.monotonic,
                names=names,
                elsewhere=condensing.run,
                bus=bus,
            )
            checkpoints = Checkpoints(store, rooms, elsewhere=condensing.run, hold=duties.hold)
            plans = Plans(store, rooms, clock=clock, names=names, drain_ms=settings.drain_ms)
            headings = Headings(store, rooms)
            following = Following(store, pump, rooms, heard=plans.refresh)
            neighbours = None
            if bus is not None:
                neighbours = Neighbours(bus, rooms, following, monotonic=time.monotonic)
            copies = Copies(
                store,
                aside,
                settings.data / "copies",
                monotonic=time.monotonic,
                holds=partial(duties.holds, COPIES),
                writer=secrets.token_hex(8),
            )
            retention = Retention(
                store,
                rooms,
                clock=clock,
                leaving=copies.leaving,
                holds=partial(duties.holds, RETENTION),
            )
            taking_back = TakingBack(store, pump, rooms, clock=clock, elsewhere=aside.run)
            deliveries = Deliveries(
                store,
                key=secret,
                server=settings.address,
                internal=settings.internal_webhooks,
                clock=clock,
                chance=Random().random,  # noqa: S311 - it spreads attempts, and hides nothing
                holds=partial(duties.holds, WEBHOOKS),
            )
            # A stranger's file may take seconds: it keeps checkpoints waiting, and no page.
            means = Means(
                *(store, pump, rooms, clock, condensing.run, new_client_id, make_connection_id)
            )
            importing = Importing(means, monotonic=time.monotonic)
            leaving, restoring = Leaving(means), Restoring(means)
            board = Board(store, rooms, clock=clock, monotonic=time.monotonic, elsewhere=aside.run)
            service = cls(
                settings,
                secret,
                store,
                identity,
                pump,
                rooms,
                plans,
                headings,
                KnownDays(store),
                retention,
                aside,
                exports,
                checkpoints,
                copies,
                taking_back,
                importing,
                leaving,
                restoring,
                deliveries,
                board,
                duties,
                bus,
                neighbours,
                clock,
            )
            failure: BaseException | None = None
            async with asyncio.TaskGroup() as tasks:
                pumping = tasks.create_task(service._pump(), name="pump")
                ticking = tasks.create_task(rooms.run(), name="rooms")
                follower = tasks.create_task(following.run(), name="follow")
                hearing = tasks.create_task(service._hear(), name="neighbours")
                planning = tasks.create_task(plans.run(), name="plans")
                heading = tasks.create_task(headings.run(), name="headings")
                caching = tasks.create_task(checkpoints.run(), name="checkpoints")
                copying = tasks.create_task(service._copy(), name="copies")
                deleting = tasks.create_task(retention.run(), name="retention")
                taking = tasks.create_task(duties.run(_duty_changed), name="duties")
                telling = tasks.create_task(deliveries.run(), name="webhooks")
                naming = tasks.create_task(identity.run(rooms.say_names), name="names")
                try:
                    await _tried(rooms.follow_withdrawals)
                    await _tried(retention.look)
                    await _tried(plans.look)
                    yield service
                except BaseException as error:  # noqa: BLE001 - raised again below, as itself
                    failure = error
                finally:
                    for task in (
                        follower,
                        hearing,
                        planning,
                        heading,
                        deleting,
                        ticking,
                        caching,
                        copying,
                        taking,
                        telling,
                        naming,
                    ):
                        task.cancel()
                    board.close()
                    pump.stop()
                    await pumping
                    if settings.keeps_copies:
                        await copies.last_round()
                    await duties.close()
                    for processes in (aside, exports, condensing):
                        processes.close()
            if failure is not None:
                raise failure

    @property
    def drain_seconds(self) -> float:
        """How long people are warned before a lock falls."""
        return self.settings.drain_ms / 1000

    async def make_day(
        self, programme: bytes, *, name: str = "", wanted: Wanted | None = None
    ) -> Entrance:
        """Make a day from the file of a programme, called `name`. Raises ProgrammeError."""
        incoming = await asyncio.to_thread(
            read_programme, programme, name=name, wanted=wanted or Wanted(), read=refuse_file
        )
        day = await asyncio.to_thread(
            prepare_day,
            incoming.programme,
            secret=self.secret,
            now=self.clock(),
            new_id=new_id,
            new_client_id=new_client_id,
            initial_update=initial_update,
        )

        def work(db: Connection) -> Entrance:
            add_day(db, day, who="admin")
            return load_entrance(db, day.day.id, secret=self.secret)

        return await self.store.write(work)

    async def clone_day(
        self, source: DayId, *, title: str | None, date: str, by: PersonId
    ) -> Entrance:
        """Make a day with the programme of another one, in the name of one of its organisers.

        Raises NotFound, or TooMany where that was done too often within a day.
        """

        def work(db: Connection) -> Entrance:
            now = self.clock()
            new = prepare_clone(
                db,
                source,
                title=title,
                date=date,
                secret=self.secret,
                now=now,
                new_id=new_id,
            )
            note_clone(db, source, new.day.id, by=by, at=now)
            add_day(db, new, who=by)
            return load_entrance(db, new.day.id, secret=self.secret)

        return await self.store.write(work)

    async def ensure_admin_token(self) -> str | None:
        """The admin token when this call made it, to be shown once; None when there is one already.

        A token in the settings is taken in place of a made one.
        """
        wanted = self.settings.admin_token
        if wanted is not None:
            await self.store.write(lambda db: stored.put(db, ADMIN_TOKEN_HASH, hash_token(wanted)))
            return None
        token = f"clp_admin_{secrets.token_urlsafe(24)}"
        made = await self.store.write(
            lambda db: stored.put_first(db, ADMIN_TOKEN_HASH, hash_token(token))
        )
        return token if made else None

    def on_failure(self, call: Callable[[], None]) -> None:
        """Have `call` called when the store fails: the process must end, and clients come back."""
        self._failures.append(call)

    async def settle(self) -> None:
        """Commit what is queued, then tell every connection to come back (S7)."""
        if self.is_settled:
            return
        self.is_settled = True
        self.pump.stop()
        await self.pump.stopped()
        self.rooms.close()
        if self.neighbours is not None:
            self.neighbours.leave()

    async def _hear(self) -> None:
        if self.neighbours is not None:
            await self.neighbours.run()

    async def _copy(self) -> None:
        if self.settings.keeps_copies:
            await self.copies.run()

    async def _pump(self) -> None:
        try:
            await self.pump.run()
        except StoreError as error:
            log.critical("store_failed", error=str(error))
            self._fail()
        except Exception as error:
            # Nobody foresaw it, and nothing more can be stored: everybody comes back later.
            log.critical("store_failed", error=type(error).__name__, exc_info=error)
            self._fail()

    def _fail(self) -> None:
        self.has_failed = True
        for call in self._failures:
            call()


def _duty_changed(name: str, held: bool) -> None:
    if held:
        log.info("duty_taken", duty=name)
    else:
        log.info("duty_lost", duty=name)


def _bus(settings: Settings) -> RedisBus | None:
    """The way to the other processes, where there is one. Raises BadInput for a wrong address."""
    if settings.redis_url is None:
        return None
    return RedisBus(
        parse_address(settings.redis_url),
        prefix=settings.redis_prefix,
        process=ProcessId(secrets.token_hex(8)),
        monotonic=time.monotonic,
        random=Random(),  # noqa: S311 - it spreads attempts to connect, and hides nothing
    )


async def _tried(look: Callable[[], Awaitable[None]]) -> None:
    """A store that cannot be written now must not keep people from reading: it is tried again."""
    try:
        await look()
    except StoreError as error:
        log.error("store_failed", error=str(error))


def make_connection_id() -> ConnectionId:
    return ConnectionId(secrets.token_hex(8))
