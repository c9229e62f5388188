"""One request: to a machine that passed, bounded in time and size, and followed nowhere."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable

import pytest

from server.webhooks.addresses import parse_address
from server.webhooks.sending import MAX_HEAD_BYTES, NotSent, Sender
from tests.running import free_port
from tests.webhooks.receiver import receiver

Make = Callable[..., Sender]


@pytest.fixture
async def sender() -> AsyncIterator[Make]:
    """Makes senders that end with the test, for whom every name has these numbers."""
    made: list[Sender] = []

    def make(*numbers: str, internal: bool = False, seconds: float = 20.0) -> Sender:
        def look_up(host: str, port: int) -> list[str]:
            if not numbers:
                raise socket.gaierror(socket.EAI_NONAME, f"{host}:{port}")
            return list(numbers)

        made.append(Sender(internal=internal, at_once=2, attempt_seconds=seconds, look_up=look_up))
        return made[-1]

    yield make
    for one in made:
        one.close()


async def sent(sender: Sender, url: str) -> int | str:
    """The status, or why there is none."""
    try:
        return await sender.post(parse_address(url), b'{"a":1}', {"webhook-id": "msg_1"})
    except NotSent as error:
        return error.why


@pytest.mark.parametrize("number", ["127.0.0.1", "::1", "10.0.0.1", "169.254.169.254"])
async def test_a_name_that_leads_inside_is_refused(sender: Make, number: str) -> None:
    async with receiver() as there:
        assert await sent(sender(number), f"http://a.example:{there.port}/") == "refused_address"
        assert there.requests == []


async def test_of_several_numbers_only_public_ones_are_connected_to(sender: Make) -> None:
    """The public one, of a network that is for documents, answers nobody."""
    async with receiver() as there:
        one = sender("127.0.0.1", "64:ff9b::909:909", seconds=1)
        why = await sent(one, f"http://a.example:{there.port}/")
        assert why in ("unreachable", "timeout")
        assert there.requests == []


async def test_the_connection_goes_to_the_number_that_was_looked_at(sender: Make) -> None:
    """The name does not exist: nobody can have looked it up a second time."""
    async with receiver() as there:
        url = f"http://a.invalid:{there.port}/b?c=d"
        assert await sent(sender("127.0.0.1", internal=True), url) == 204
        (came,) = there.requests
    assert came.line == "POST /b?c=d HTTP/1.1"
    assert came.headers["host"] == f"a.invalid:{there.port}"
    assert (came.body, came.headers["webhook-id"]) == (b'{"a":1}', "msg_1")
    assert "cookie" not in came.headers
    assert "authorization" not in came.headers


async def test_the_next_number_is_tried_where_one_does_not_answer(sender: Make) -> None:
    async with receiver() as there:
        one = sender("127.0.0.2", "127.0.0.1", internal=True)
        assert await sent(one, f"http://a.example:{there.port}/") == 204


async def test_a_redirect_is_not_followed(sender: Make) -> None:
    async with receiver(307) as there:
        assert await sent(sender("127.0.0.1", internal=True), there.url) == 307
        assert len(there.requests) == 1


async def test_what_answers_nothing_is_left(sender: Make) -> None:
    here = sender("127.0.0.1", internal=True, seconds=0.5)
    for behaviour in ("hang", "drip"):
        async with receiver(behaviour) as there:  # type: ignore[arg-type]
            assert await sent(here, there.url) == "timeout"
            assert len(there.requests) == 1


async def test_a_status_counts_though_the_rest_never_ends(sender: Make) -> None:
    here = sender("127.0.0.1", internal=True, seconds=20)
    async with receiver("endless") as there:
        assert await sent(here, there.url) == 200


async def test_what_cannot_be_reached_says_why(sender: Make) -> None:
    here = sender("127.0.0.1", internal=True)
    assert await sent(sender(), "http://a.invalid/") == "unresolved"
    assert await sent(here, f"http://a.example:{free_port()}/") == "unreachable"
    async with receiver("reset", "noise") as there:
        assert await sent(here, there.url) == "no_answer"
        assert await sent(here, there.url) == "no_answer"


async def test_an_answer_with_too_much_of_a_head_is_none(sender: Make) -> None:
    many = b"HTTP/1.1 103 Early Hints\r\n\r\n" * (MAX_HEAD_BYTES // 10)
    long = b"HTTP/1.1 200 OK\r\nx: " + b"x" * 2 * MAX_HEAD_BYTES
    for answer in (many, long):

        async def serve(
            reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: bytes = answer
        ) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer)
            await reader.read()
            writer.close()

        async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            here = sender("127.0.0.1", internal=True)
            assert await sent(here, f"http://a.example:{port}/") == "no_answer"


async def test_what_speaks_no_tls_or_has_a_wrong_certificate_is_not_told(sender: Make) -> None:
    async with receiver() as there:
        url = f"https://a.example:{there.port}/"
        assert await sent(sender("127.0.0.1", internal=True), url) in ("tls", "unreachable")
        assert there.requests == []
