"""Real Redis servers for tests: alone, with a Sentinel, as a cluster; to be killed and paused."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self

import pytest
from hiredis import Reader, pack_command

START_SECONDS = 20.0
LOOK_SECONDS = 0.02

needs_redis = pytest.mark.skipif(
    shutil.which("redis-server") is None,
    reason="redis-server is missing: install it (apt-get install redis-server)",
)
"""For modules and tests that use what is in here."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """For 127.0.0.1 and localhost, signed by itself."""

    certificate: Path
    key: Path

    @classmethod
    def make(cls, folder: Path) -> Certificate:
        if shutil.which("openssl") is None:
            pytest.skip("openssl is missing: install it (apt-get install openssl)")
        made = cls(folder / "redis.crt", folder / "redis.key")
        subprocess.run(
            [
                *("openssl", "req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=localhost"),
                *("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
                *("-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"),
                *("-keyout", str(made.key), "-out", str(made.certificate)),
            ],
            check=True,
            capture_output=True,
        )
        return made


@dataclass(slots=True)
class RedisServer:
    """`redis-server` on a folder and a free port of its own; nothing is written to the disk.

    `with` starts it and ends it. It answers when `start` returns, unless that is asked not to wait.
    Its port stays the same over restarts.
    """

    folder: Path
    options: Mapping[str, str] = field(default_factory=dict)
    """As in redis.conf; one with the same name takes the place of ours."""
    password: str | None = None
    tls: Certificate | None = None
    arguments: tuple[str, ...] = ()
    port: int = field(default_factory=lambda: free_port())
    _process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process is not None:
            self.kill()

    @property
    def pid(self) -> int:
        assert self._process is not None, "this Redis does not run"
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process is not None

    @property
    def url(self) -> str:
        scheme = "redis" if self.tls is None else "rediss"
        login = "" if self.password is None else f":{self.password}@"
        return f"{scheme}://{login}127.0.0.1:{self.port}"

    def start(self) -> None:
        assert self._process is None, "this Redis runs already"
        self.folder.mkdir(parents=True, exist_ok=True)
        configuration = self.folder / "redis.conf"
        if not configuration.exists():  # A Sentinel writes down there what it has learnt.
            configuration.write_text(
                "".join(f"{name} {value}\n" for name, value in self._options().items())
            )
        with (self.folder / "redis.log").open("ab") as log:
            self._process = subprocess.Popen(
                ["redis-server", configuration, *self.arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
            )
        wait_for(self._answers, f"redis-server did not start: {self.folder / 'redis.log'}")

    def stop(self) -> None:
        """In order, as a service manager does."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def pause(self) -> None:
        """It keeps its connections, and does nothing any more."""
        os.kill(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def restart(self) -> None:
        """After a crash."""
        self.kill()
        self.start()

    def command(self, *words: str | bytes | int) -> Any:
        """The answer to one command, over a connection of its own. Raises ReplyError."""
        with ExitStack() as stack:
            link = stack.enter_context(
                socket.create_connection(("127.0.0.1", self.port), timeout=10)
            )
            if self.tls is not None:
                context = ssl.create_default_context(cafile=str(self.tls.certificate))
                link = stack.enter_context(context.wrap_socket(link, server_hostname="127.0.0.1"))
            if self.password is not None:
                _asked(link, ("AUTH", self.password))
            return _asked(link, words)

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, (self.folder / "redis.log").read_text()
        try:
            return bool(self.command("PING") == b"PONG")
        except (OSError, ssl.SSLError):
            return False

    def _options(self) -> dict[str, str]:
        port = {"port": str(self.port)}
        if self.tls is not None:
            port = {
                "port": "0",
                "tls-port": str(self.port),
                "tls-cert-file": str(self.tls.certificate),
                "tls-key-file": str(self.tls.key),
                "tls-auth-clients": "no",
            }
        secret = {} if self.password is None else {"requirepass": self.password}
        return {
            "bind": "127.0.0.1",
            **port,
            "dir": str(self.folder),
            "save": '""',
            "appendonly": "no",
            **secret,
            **self.options,
        }

    def _end(self, number: int) -> None:
        process, self._process = self._process, None
        assert process is not None, "this Redis does not run"
        process.send_signal(number)
        if number != signal.SIGKILL:
            process.send_signal(signal.SIGCONT)
        process.wait(START_SECONDS)


@dataclass(frozen=True, slots=True)
class Watched:
    """A master, its replica, and a Sentinel that puts the one in the other's place."""

    servers: tuple[RedisServer, RedisServer]
    sentinel: RedisServer

    @property
    def url(self) -> str:
        return f"redis+sentinel://127.0.0.1:{self.sentinel.port}/notes"

    def master(self) -> RedisServer:
        """The one that the Sentinel names."""
        _, port = self.sentinel.command("SENTINEL", "get-master-addr-by-name", "notes")
        return next(server for server in self.servers if server.port == int(port))


@contextmanager
def watched(folder: Path) -> Iterator[Watched]:
    """Ready for a failover when the block begins."""
    with ExitStack() as stack:
        first = stack.enter_context(RedisServer(folder / "first"))
        follows = {"replicaof": f"127.0.0.1 {first.port}", "repl-diskless-sync-delay": "0"}
        second = stack.enter_context(RedisServer(folder / "second", follows))
        watches = {
            "sentinel monitor notes": f"127.0.0.1 {first.port} 1",
            "sentinel down-after-milliseconds notes": "1000",
            "sentinel failover-timeout notes": "3000",
        }
        sentinel = RedisServer(folder / "sentinel", watches, arguments=("--sentinel",))
        found = Watched((first, second), stack.enter_context(sentinel))

        def knows_both() -> bool:
            replicas = sentinel.command("SENTINEL", "replicas", "notes")
            return len(replicas) == 1 and b"ok" in replicas[0]

        wait_for(knows_both, "the Sentinel does not see the replica")
        yield found


@contextmanager
def cluster(folder: Path, nodes: int = 3) -> Iterator[list[RedisServer]]:
    """So many masters, each with a part of the keys."""
    with ExitStack() as stack:
        servers = [
            stack.enter_context(
                RedisServer(
                    folder / f"node{number}",
                    {
                        "cluster-enabled": "yes",
                        "cluster-port": str(free_port()),
                        "cluster-node-timeout": "2000",
                    },
                )
            )
            for number in range(nodes)
        ]
        subprocess.run(
            [
                *("redis-cli", "--cluster", "create", "--cluster-yes"),
                *(f"127.0.0.1:{server.port}" for server in servers),
            ],
            check=True,
            capture_output=True,
            timeout=START_SECONDS * 2,
        )

        def is_whole() -> bool:
            return all(b"cluster_state:ok" in one.command("CLUSTER", "INFO") for one in servers)

        wait_for(is_whole, "the cluster does not come together")
        yield servers


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_for(is_so: Any, otherwise: str) -> None:
    """Look until it is so; fail with a sentence after `START_SECONDS`."""
    end = time.monotonic() + START_SECONDS
    while not is_so():
        assert time.monotonic() < end, otherwise
        time.sleep(LOOK_SECONDS)


def _asked(link: socket.socket, words: tuple[str | bytes | int, ...]) -> Any:
    nothing = object()
    reader = Reader(notEnoughData=nothing)
    link.sendall(pack_command(words))
    while (answer := reader.gets()) is nothing:
        data = link.recv(65536)
        if not data:
            raise ConnectionResetError("Redis ended the connection")
        reader.feed(data)
    if isinstance(answer, Exception):
        raise answer
    return answer


@contextmanager
def redis_server() -> Iterator[str]:
    """The address of a Redis of its own, while it runs; skips the test where none is installed."""
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server is missing: install it (apt-get install redis-server)")
    with TemporaryDirectory(prefix="calepin-redis-") as folder, RedisServer(Path(folder)) as server:
        yield server.url
