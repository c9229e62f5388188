"""Exports over HTTP: read in one moment of the store, written in another process.

The document library holds the interpreter's lock while it works, so an export of a long day in this
process would stall everybody's typing. One that nobody waits for any more is stopped.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Final, TypeVar
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from server.api.answers import on_calepin_error, on_store_error, on_unforeseen
from server.aside import Aside, Exports, Tell
from server.days.contents import read_contents
from server.days.documents import FORMATS, PARTS, File, render
from server.errors import BadInput, CalepinError
from server.service import Service
from storage.errors import StoreError
from storage.values import DayId

Chosen = TypeVar("Chosen", bound=str)
Make = Callable[[Aside, Tell], Awaitable[File]]
"""Makes a file in a process that is its own meanwhile, and tells how far it is."""

PROGRESS: Final = "application/vnd.calepin.progress"
"""Lines of JSON that say how far an export is, and then the file."""
NOBODY_THERE: Final = 499
"""Of an answer that nobody gets."""
_PART_BYTES: Final = 256 * 1024


async def export_answer(
    request: Request, service: Service, *, day: DayId, only: str | None
) -> Response:
    """The export that a request asks for, as a download. Raises BadInput, NotFound, Unavailable.

    One of a note is short, and does not wait for those of whole days.
    """
    form = _chosen(request, "format", FORMATS)
    part = _chosen(request, "part", PARTS)

    async def make(aside: Aside, told: Tell) -> File:
        contents = await service.store.read(lambda db: read_contents(db, day))
        return await aside.run(render, contents, only or day, form, part, told=told)

    if "note" in request.path_params:
        return _download(await make(service.aside, _tell_nobody))
    return await long_answer(request, service.exports, make)


async def long_answer(request: Request, exports: Exports, make: Make) -> Response:
    """The file as a download, or with `progress=lines` behind lines that say how far it is.

    It is made no further when the asker goes away. Raises what making it does; where lines are
    sent, the last one says it.
    """
    progress = _chosen(request, "progress", ("no", "lines"))

    async def alone(told: Tell) -> File:
        async with exports.place() as aside:
            return await make(aside, told)

    if progress == "lines":
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        return StreamingResponse(_lines(request, alone), media_type=PROGRESS, headers=headers)
    file = await _while_asked(request, alone(_tell_nobody))
    return Response(status_code=NOBODY_THERE) if file is None else _download(file)


async def _while_asked(request: Request, making: Awaitable[File]) -> File | None:
    """What is made; None where the asker went away, which ends it. Raises what making it does."""

    async def gone() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass

    tasks = [asyncio.ensure_future(making), asyncio.ensure_future(gone())]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        made = tasks[0]
        return made.result() if made.done() else None
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


async def _lines(
    request: Request, alone: Callable[[Tell], Awaitable[File]]
) -> AsyncIterator[bytes]:
    """What is told of an export, and then its bytes. The server cancels it when the asker goes away
    (Starlette, StreamingResponse), and with it the export."""
    # As many as there are notes in a day, and two.
    said: asyncio.Queue[bytes | None] = asyncio.Queue()

    def told(done: int, of: int) -> None:
        state = "reading" if done < of else "writing"
        said.put_nowait(_line({"state": state, "done": done, "of": of}))

    async def make() -> File | None:
        try:
            return await alone(told)
        except Exception as error:  # noqa: BLE001 - the edge of a request, which has an answer
            said.put_nowait(_line({"state": "failed", **await _error_of(request, error)}))
            return None
        finally:
            said.put_nowait(None)

    yield _line({"state": "waiting"})
    async with asyncio.TaskGroup() as tasks:
        making = tasks.create_task(make())
        while (line := await said.get()) is not None:
            yield line
    file = making.result()
    if file is not None:
        size = len(file.data)
        yield _line({"state": "done", "name": file.name, "type": file.media_type, "bytes": size})
        for at in range(0, size, _PART_BYTES):
            yield file.data[at : at + _PART_BYTES]


async def _error_of(request: Request, error: Exception) -> Any:
    """An error as it would be answered."""
    if isinstance(error, CalepinError):
        answer = await on_calepin_error(request, error)
    elif isinstance(error, StoreError):
        answer = await on_store_error(request, error)
    else:
        answer = await on_unforeseen(request, error)
    return json.loads(bytes(answer.body))


def _line(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _tell_nobody(done: int, of: int) -> None:
    del done, of


def _download(file: File) -> Response:
    return Response(
        file.data,
        media_type=file.media_type,
        headers={
            "cache-control": "no-store",
            "content-disposition": f"attachment; filename*=UTF-8''{quote(file.name)}",
        },
    )


def _chosen(request: Request, name: str, choices: tuple[Chosen, ...]) -> Chosen:
    wanted = request.query_params.get(name, choices[0])
    for choice in choices:
        if choice == wanted:
            return choice
    raise BadInput(f"`{name}` is one of {', '.join(choices)}, not “{wanted[:40]}”.", field=name)
