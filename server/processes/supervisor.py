"""The supervisor: it listens, and hands each connection to the worker with the fewest.

It does not open the store and knows nothing of notes, so there is little in it that could fail.
"""

from __future__ import annotations

import asyncio
import itertools
import signal
import socket
from collections import deque
from contextlib import ExitStack, suppress

import structlog

from server.errors import BadInput
from server.listening import listen, make_room_for_sockets
from server.logs import configure_logs, log_loop_failure
from server.processes.handle import HANGING_SECONDS, MAX_UNTAKEN, SILENT_SECONDS, Handle
from server.processes.wire import REPORT_SECONDS, Order
from server.settings import Settings
from storage.serve_lock import ServeLock

ACCEPTS_AT_ONCE = 64
"""In one turn of the loop, so that reports are read in between."""
ACCEPT_AGAIN_SECONDS = 1.0
"""After the system had no file descriptor or no memory for a connection."""
YOUNG_SECONDS = 5.0
"""A worker that ends before it has served for so long is replaced ever more slowly."""
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.25, 5.0
ENDING_SECONDS = 22.0
"""For a worker that was told to stop; its own limit, and a little. Then it is killed."""

log = structlog.get_logger("calepin")


def supervise(settings: Settings) -> int:
    """Serve with several workers until told to stop. Returns the exit status.

    Raises CalepinError or StoreError, with one sentence, for what prevents the start; what prevents
    it in a worker was said by that worker, whose status this returns.
    """
    if settings.redis_url is None:
        raise BadInput(
            f"CALEPIN_WORKERS is {settings.workers}: several workers need Redis between them. "
            "Set CALEPIN_REDIS_URL, or take one worker."
        )
    configure_logs()
    with ExitStack() as opened:
        listener = opened.enter_context(listen(settings.host, settings.port))
        own: list[socket.socket | None] = [None] * settings.workers
        if settings.worker_ports is not None:
            own = [
                opened.enter_context(listen("127.0.0.1", port, setting="CALEPIN_WORKER_PORTS"))
                for port in range(settings.worker_ports, settings.worker_ports + settings.workers)
            ]
        if settings.is_embedded:
            # Its workers are one server. Of processes on PostgreSQL there may be several.
            opened.enter_context(ServeLock(settings.data))
        make_room_for_sockets(settings.workers * MAX_UNTAKEN)
        with asyncio.Runner() as runner:
            status = runner.run(Supervisor(settings, listener, own).run())
    if status == 0:
        log.info("stopped", failed=False)
    return status


class Supervisor:
    def __init__(
        self, settings: Settings, listener: socket.socket, own: list[socket.socket | None]
    ) -> None:
        self._settings = settings
        self._listener = listener
        self._own = own
        self._workers: list[Handle] = []
        """All that live: those that begin and those that leave, too."""
        self._places: dict[int, Handle] = {}
        """Who serves, or is about to, by number."""
        self._pauses: dict[int, float] = {}
        """How long the next one waits to be started, where the last ones did not last."""
        self._waiting: deque[socket.socket] = deque()
        """Connections whose worker died before it took them."""
        self._is_accepting = False
        self._is_leaving = False
        self._is_stopping = False
        self._stop = asyncio.Event()
        self._roll = asyncio.Event()
        self._handing = itertools.count(1)
        self._tasks: asyncio.TaskGroup | None = None
        """Once the first worker serves: before that, its end is the end."""

    async def run(self) -> int:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(log_loop_failure)
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._told_to_stop)
        loop.add_signal_handler(signal.SIGHUP, self._roll.set)
        try:
            # Alone, so that the store is migrated, and what prevents the start is said, once.
            first = self._start(1)
            await _either(first.ready, self._stop)
            if self._stop.is_set():
                return 0
            if first.ended.is_set():
                status = first.process.exitcode or 1
                return status if status > 0 else 1
            await self._supervise()
            return 0
        finally:
            self._is_stopping = True
            await self._end_all()

    async def _supervise(self) -> None:
        log.info(
            "supervising",
            address=self._settings.address,
            port=self._listener.getsockname()[1],
            workers=self._settings.workers,
        )
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            for number in range(2, self._settings.workers + 1):
                self._start(number)
            going = [
                tasks.create_task(self._watch()),
                tasks.create_task(self._restart_when_asked()),
            ]
            await self._stop.wait()
            self._is_stopping = True
            for task in going:
                task.cancel()

    def _told_to_stop(self) -> None:
        """At once, or when load balancers had the time to turn away; told again, at once."""
        if self._is_leaving or not self._settings.leave_seconds:
            self._stop.set()
            return
        self._is_leaving = True
        for worker in self._workers:
            if worker.is_serving:
                worker.order(Order.LEAVE)
        asyncio.get_running_loop().call_later(self._settings.leave_seconds, self._stop.set)

    async def _end_all(self) -> None:
        """Tell all workers to stop, and return when none is left."""
        self._pause_accepting()
        self._listener.close()
        for connection in self._waiting:
            connection.close()
        self._waiting.clear()
        for worker in self._workers:
            worker.order(Order.STOP)
        await asyncio.gather(*map(_end, list(self._workers)))

    # Connections

    def _accept(self) -> None:
        """Take what waits, as long as there is somebody for it; the rest waits in the system."""
        loop = asyncio.get_running_loop()
        while self._waiting and self._hand(self._waiting[0]):
            self._waiting.popleft()
        for _ in range(ACCEPTS_AT_ONCE):
            if self._waiting or not any(w.can_take(loop.time()) for w in self._workers):
                self._pause_accepting()
                return
            try:
                connection, _ = self._listener.accept()
            except BlockingIOError:
                return
            except ConnectionAbortedError:
                continue
            except OSError as error:
                log.error("accept_failed", error=error.strerror)
                self._pause_accepting()
                loop.call_later(ACCEPT_AGAIN_SECONDS, self._go_on_accepting)
                return
            if not self._hand(connection):
                self._waiting.append(connection)

    def _hand(self, connection: socket.socket) -> bool:
        now = asyncio.get_running_loop().time()
        able = [worker for worker in self._workers if worker.can_take(now)]
        for worker in sorted(able, key=lambda worker: (worker.connections, worker.handed)):
            if worker.hand(connection):
                worker.handed = next(self._handing)
                return True
        return False

    def _go_on_accepting(self) -> None:
        if not self._is_accepting and not self._is_stopping:
            self._is_accepting = True
            asyncio.get_running_loop().add_reader(self._listener, self._accept)
        if self._waiting:
            self._accept()

    def _pause_accepting(self) -> None:
        if self._is_accepting:
            self._is_accepting = False
            asyncio.get_running_loop().remove_reader(self._listener)

    # Workers

    def _start(self, number: int) -> Handle:
        loop = asyncio.get_running_loop()
        worker = Handle(self._settings, number, self._own[number - 1], now=loop.time())
        log.info("worker_started", worker=number, pid=worker.process.pid)
        self._workers.append(worker)
        self._places.setdefault(number, worker)
        loop.add_reader(worker.pair, self._read, worker)
        loop.add_reader(worker.process.sentinel, self._on_end, worker)
        return worker

    def _read(self, worker: Handle) -> None:
        was_ready = worker.ready.is_set()
        if not worker.read(asyncio.get_running_loop().time()):
            asyncio.get_running_loop().remove_reader(worker.pair)
            worker.is_leaving = True
        elif worker.ready.is_set() and not was_ready and self._is_leaving:
            worker.order(Order.LEAVE)
        self._go_on_accepting()

    def _on_end(self, worker: Handle) -> None:
        loop = asyncio.get_running_loop()
        loop.remove_reader(worker.process.sentinel)
        loop.remove_reader(worker.pair)
        worker.process.join()
        while worker.read(loop.time()):  # what it took last is not another's
            pass
        self._waiting.extend(worker.surrender())
        worker.pair.close()
        self._workers.remove(worker)
        worker.ended.set()
        worker.ready.set()
        log.info(
            "worker_ended",
            worker=worker.number,
            pid=worker.process.pid,
            status=worker.process.exitcode,
        )
        self._go_on_accepting()
        if self._places.get(worker.number) is worker:
            del self._places[worker.number]
            if self._tasks is not None and not self._is_stopping:
                self._tasks.create_task(self._replace(worker))

    async def _replace(self, worker: Handle) -> None:
        """At once, unless the last ones did not last."""
        number = worker.number
        if asyncio.get_running_loop().time() - worker.started >= YOUNG_SECONDS:
            self._pauses.pop(number, None)
        while not self._is_stopping and number not in self._places:
            pause = self._pauses.get(number, 0.0)
            self._pauses[number] = min(max(pause * 2, FIRST_PAUSE_SECONDS), LONGEST_PAUSE_SECONDS)
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._stop.wait()
            if not self._is_stopping and number not in self._places:
                self._try_to_start(number)

    def _try_to_start(self, number: int) -> Handle | None:
        """None where the system has no process for it."""
        try:
            return self._start(number)
        except OSError as error:
            log.error("worker_not_started", worker=number, error=error.strerror)
            return None

    async def _watch(self) -> None:
        """See to workers that are silent."""
        loop = asyncio.get_running_loop()
        before = loop.time()
        while True:
            await asyncio.sleep(REPORT_SECONDS)
            now = loop.time()
            if now - before > SILENT_SECONDS:
                # It is us who stood still: what they reported meanwhile is not read yet.
                for worker in self._workers:
                    worker.heard = now
            before = now
            for worker in self._workers:
                if worker.is_serving:
                    self._look(worker, now - worker.heard)

    def _look(self, worker: Handle, seconds: float) -> None:
        was_silent, worker.is_silent = worker.is_silent, seconds > SILENT_SECONDS
        if seconds > HANGING_SECONDS:
            log.error("worker_hangs", worker=worker.number, pid=worker.process.pid)
            worker.process.kill()
        elif worker.is_silent and not was_silent:
            log.warning("worker_silent", worker=worker.number, pid=worker.process.pid)

    async def _restart_when_asked(self) -> None:
        """One worker after the other, each time it is asked for."""
        while True:
            await self._roll.wait()
            self._roll.clear()
            log.info("restarting", workers=self._settings.workers)
            for number in range(1, self._settings.workers + 1):
                if not await self._restart(number):
                    log.error("restart_given_up", worker=number)
                    break
            else:
                log.info("restarted", workers=self._settings.workers)

    async def _restart(self, number: int) -> bool:
        """Put a new worker in the place of one; False when the new one cannot start: the old one
        stays then."""
        new = self._try_to_start(number)
        if new is None:
            return False
        await new.ready.wait()
        if new.ended.is_set():
            return False
        old = self._places.get(number)
        self._places[number] = new
        if old is not None and old is not new:
            old.order(Order.RETIRE)
            await _end(old)
        return True


async def _end(worker: Handle) -> None:
    """Wait for the end of a worker that was told to stop, and make it where it does not come."""
    try:
        async with asyncio.timeout(ENDING_SECONDS):
            await worker.ended.wait()
    except TimeoutError:
        log.error("worker_hangs", worker=worker.number, pid=worker.process.pid)
        worker.process.kill()
        await worker.ended.wait()


async def _either(one: asyncio.Event, other: asyncio.Event) -> None:
    waits = [asyncio.ensure_future(event.wait()) for event in (one, other)]
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()
