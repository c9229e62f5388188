"""Connections that are cut at a COMMIT, through a proxy: what became of it is found out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from storage import batches, log
from storage.batches import FORGET_EVERY, Batch
from storage.committer import Committer
from storage.database import Database
from storage.errors import StoreBroken, StoreUncertain, StoreUnreachable, StoreWentBack
from storage.patience import RETRY_SECONDS
from storage.store import Store
from storage.values import Accepted
from tests.postgres import USER, Postgres, postgres
from tests.storage.proxy import Fate, Proxy, proxy
from tests.storage.seeding import NOTES, Told, assert_kept, edit, make_day, tell

pytestmark = [pytest.mark.promise("L2"), pytest.mark.promise("L8")]


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with postgres() as running:
        yield running


@pytest.fixture
def cutting(server: Postgres) -> Iterator[Proxy]:
    make_day(server.tcp_url)
    with proxy(server.port) as between:
        yield between


def through(between: Proxy, query: str = "") -> str:
    return f"postgresql://{USER}@127.0.0.1:{between.port}/postgres{query}"


@pytest.fixture
async def store(cutting: Proxy) -> AsyncIterator[Store]:
    async with await Store.open(through(cutting), clock=lambda: 1) as opened:
        await opened.submit([edit(b"before")])
        yield opened


ENDINGS = [
    [Fate.UNANSWERED],
    [Fate.IS_LOST],
    # The question after it is a commit too.
    [Fate.UNANSWERED, Fate.UNANSWERED],
    [Fate.UNANSWERED, Fate.IS_LOST],
    [Fate.IS_LOST, Fate.UNANSWERED],
    [Fate.IS_LOST, Fate.IS_LOST, Fate.UNANSWERED],
    [Fate.IS_LOST, Fate.PASSES, Fate.UNANSWERED],
    [Fate.IS_LOST, Fate.PASSES, Fate.IS_LOST, Fate.PASSES, Fate.UNANSWERED],
]


@pytest.mark.parametrize("fates", ENDINGS, ids=lambda fates: " ".join(f.name for f in fates))
async def test_however_a_commit_is_cut_its_rows_are_kept_once(
    store: Store, cutting: Proxy, server: Postgres, fates: list[Fate]
):
    cutting.fates.extend(fates)
    batch = [edit(b"one"), edit(b"two", NOTES[1]), edit(b"three")]
    assert await store.submit(batch) == [Accepted(2), Accepted(1), Accepted(3)]
    assert not cutting.fates
    assert await store.submit([edit(b"after")]) == [Accepted(4)]
    told = {(NOTES[0], 1): b"before", (NOTES[0], 4): b"after"}
    tell(told, batch, [Accepted(2), Accepted(1), Accepted(3)])
    assert_kept(server.tcp_url, told)
    assert store.stats().failures == 0


async def test_a_commit_that_is_being_carried_out_is_waited_for(
    store: Store, cutting: Proxy, server: Postgres
):
    # A standby that is not there: whatever is committed waits for it.
    server.configure(synchronous_standby_names="'nobody'")
    try:
        submitting = asyncio.ensure_future(store.submit([edit(b"slow")]))
        await seen(server, "wait_event = 'SyncRep'")
        cutting.cut()
        # The one who asks waits for the transaction that is asked about.
        await seen(server, "wait_event_type = 'Lock' AND query LIKE '%INSERT INTO batch%'")
    finally:
        server.configure(synchronous_standby_names="''")
    assert await submitting == [Accepted(2)]
    assert_kept(server.tcp_url, {(NOTES[0], 1): b"before", (NOTES[0], 2): b"slow"})


async def seen(server: Postgres, condition: str) -> None:
    """Wait until a connection to the server is in a state."""
    query = text(f"SELECT COUNT(*) FROM pg_stat_activity WHERE {condition}")  # noqa: S608

    def count() -> int:
        with database.read() as db:
            return int(db.execute(query).scalar_one())

    with Database.open(server.tcp_url) as database:
        async with asyncio.timeout(30):
            while not await asyncio.to_thread(count):
                pass


async def test_a_commit_that_comes_after_it_was_given_up_changes_nothing(
    cutting: Proxy, server: Postgres
):
    async with await Store.open(through(cutting), clock=lambda: 1) as store:
        cutting.fates.append(Fate.COMES_LATE)
        submitting = asyncio.ensure_future(store.submit([edit(b"once")]))
        await seen(server, "wait_event_type = 'Lock' AND query LIKE '%UPDATE note%'")
        cutting.release()
        assert await submitting == [Accepted(1)]
    assert_kept(server.tcp_url, {(NOTES[0], 1): b"once"})


async def test_a_commit_that_never_comes_is_ended_by_the_server(cutting: Proxy, server: Postgres):
    # Within a moment instead of the five seconds that are set.
    short = "?options=-c%20idle_in_transaction_session_timeout%3D300"
    async with await Store.open(through(cutting, short), clock=lambda: 1) as store:
        cutting.fates.append(Fate.COMES_LATE)
        assert await store.submit([edit(b"once"), edit(b"twice")]) == [Accepted(1), Accepted(2)]
        cutting.release()
    assert_kept(server.tcp_url, {(NOTES[0], 1): b"once", (NOTES[0], 2): b"twice"})


async def test_locks_and_other_work_are_carried_out_once_too(
    store: Store, cutting: Proxy, server: Postgres
):
    calls = 0

    def work(db: Connection) -> int:
        nonlocal calls
        calls += 1
        log.append(db, [edit(b"%d" % calls)])
        return calls

    cutting.fates.append(Fate.UNANSWERED)
    assert await store.write(work) == 1
    cutting.fates.append(Fate.IS_LOST)
    assert await store.write(work) == 3
    told = {(NOTES[0], 1): b"before", (NOTES[0], 2): b"1", (NOTES[0], 3): b"3"}
    assert_kept(server.tcp_url, told)


async def test_a_read_whose_connection_died_is_made_again(store: Store, server: Postgres):
    tries = 0

    def work(db: Connection) -> int:
        nonlocal tries
        tries += 1
        pid = db.execute(text("SELECT pg_backend_pid()")).scalar_one()
        if tries == 1:
            with Database.open(server.tcp_url) as other, other.write() as admin:
                admin.execute(text("SELECT pg_terminate_backend(:pid, 10000)"), {"pid": pid})
        return log.head(db, NOTES[0]).seq

    assert await store.read(work) == 1
    assert tries == 2


def test_a_name_that_was_given_up_can_not_be_committed_any_more(server: Postgres):
    make_day(server.tcp_url)
    batch = Batch("00" * 16, 1)
    with Database.open(server.tcp_url) as database:
        with database.write() as db:
            assert not batches.give_up(db, batch)
        with pytest.raises(IntegrityError), database.write() as db:
            batches.commit(db, batch)
        with database.write() as db:
            assert not batches.give_up(db, batch)
            assert batches.is_kept(db, batch) is False
            assert batches.is_kept(db, Batch("00" * 16, 2)) is None
    assert_kept(server.tcp_url, {})


async def test_the_names_of_commits_do_not_pile_up(store: Store, server: Postgres):
    for n in range(3 * FORGET_EVERY):
        await store.submit([edit(b"%d" % n)])
    last = text("SELECT COUNT(*) FROM batch GROUP BY writer ORDER BY MAX(at) DESC LIMIT 1")
    assert 1 <= await store.read(lambda db: db.execute(last).scalar_one()) <= FORGET_EVERY + 1

    # What others left a month ago goes when somebody new begins.
    def age(db: Connection) -> None:
        db.execute(text("INSERT INTO batch VALUES ('ended', 1, TRUE, 0)"))

    await store.write(age)
    async with await Store.open(server.tcp_url, clock=lambda: 1) as other:
        await other.submit([edit(b"new")])
        old = text("SELECT COUNT(*) FROM batch WHERE writer = 'ended'")
        assert await other.read(lambda db: db.execute(old).scalar_one()) == 0


class Hands:
    """A clock that is moved by waiting alone, and by what a test does meanwhile."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pauses: list[float] = []
        self.meanwhile: Callable[[], None] = lambda: None

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.meanwhile()
        # Refused at once, real attempts take no time of this clock.
        self.now += max(seconds, 0.01)


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def committer(cutting: Proxy, hands: Hands) -> Iterator[Committer]:
    with Database.open(through(cutting)) as database:
        made = Committer(
            database,
            database.connect_writer(),
            monotonic=lambda: hands.now,
            sleep=hands.sleep,
            chance=lambda: 1.0,
        )
        yield made
        made.close()


def test_an_outage_is_waited_out_for_a_while_and_then_said(
    committer: Committer, hands: Hands, server: Postgres
):
    assert committer.run(lambda db: log.append(db, [edit(b"one")])) == [Accepted(1)]
    server.stop("fast")
    try:
        with pytest.raises(StoreUnreachable, match="does not answer"):
            committer.run(lambda db: log.append(db, [edit(b"never")]))
        assert RETRY_SECONDS <= hands.now < RETRY_SECONDS + 2
        assert hands.pauses[:3] == [0.0, 0.05, 0.1]
        # What waited behind it does not wait again.
        tried = len(hands.pauses)
        with pytest.raises(StoreUnreachable):
            committer.run(lambda db: log.append(db, [edit(b"neither")]))
        assert len(hands.pauses) == tried
    finally:
        server.start()
    assert committer.run(lambda db: log.append(db, [edit(b"two")])) == [Accepted(2)]
    assert committer.failures == 2
    assert_kept(server.tcp_url, {(NOTES[0], 1): b"one", (NOTES[0], 2): b"two"})


def test_an_outage_that_ends_in_time_is_not_noticed(
    committer: Committer, hands: Hands, server: Postgres
):
    told: Told = {}
    server.stop("immediate")

    def start() -> None:
        if hands.now > RETRY_SECONDS / 2 and not server.is_running():
            server.start()

    hands.meanwhile = start
    batch = [edit(b"one")]
    tell(told, batch, committer.run(lambda db: log.append(db, batch)))
    assert hands.now < RETRY_SECONDS
    assert_kept(server.tcp_url, told)


def test_what_cannot_be_found_out_is_said_to_be_unknown_and_harms_nothing(
    committer: Committer, cutting: Proxy, server: Postgres
):
    cutting.fates.append(Fate.UNANSWERED)
    target = cutting.target

    def work(db: Connection) -> list:
        outcomes = log.append(db, [edit(b"kept, as it turns out")])
        cutting.target = ("127.0.0.1", 1)  # nobody is there any more
        return outcomes

    with pytest.raises(StoreUncertain, match="whether that was kept shows when it is back"):
        committer.run(work)
    cutting.target = target
    assert committer.run(lambda db: log.append(db, [edit(b"after")])) == [Accepted(2)]
    told = {(NOTES[0], 1): b"kept, as it turns out", (NOTES[0], 2): b"after"}
    assert_kept(server.tcp_url, told)


def test_a_database_that_has_gone_back_is_not_written_to(committer: Committer, server: Postgres):
    assert committer.run(lambda db: log.append(db, [edit(b"one")])) == [Accepted(1)]
    with server.copied() as before:
        assert committer.run(lambda db: log.append(db, [edit(b"two")])) == [Accepted(2)]
        before()
    with pytest.raises(StoreWentBack, match=r"gone back .* Start Calepin again"):
        committer.run(lambda db: log.append(db, [edit(b"three")]))
    with pytest.raises(StoreBroken):
        committer.run(lambda db: log.append(db, [edit(b"four")]))
    assert_kept(server.tcp_url, {(NOTES[0], 1): b"one"})
