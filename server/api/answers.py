"""How the API answers: JSON, and one shape of error with a code, a sentence and its fields."""

from __future__ import annotations

import json
from typing import Any, TypeVar

import msgspec
import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from server.errors import BadInput, CalepinError, NotFound, TooLarge, Unavailable
from server.languages import accepted
from storage.errors import BadText, NoSuchNote, StoreError

T = TypeVar("T")

MAX_BODY_BYTES = 4 * 1024 * 1024

log = structlog.get_logger("calepin.api")


class Answer(JSONResponse):
    """JSON in UTF-8 as people read it, never kept by anybody on the way."""

    def __init__(self, content: Any, status_code: int = 200) -> None:
        super().__init__(content, status_code, headers={"cache-control": "no-store"})

    def render(self, content: Any) -> bytes:
        return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def language_of(request: Request) -> str:
    """Which language a program or a page of ours asks for: English, where it does not say."""
    return accepted(request.headers.get("accept-language", ""), otherwise="en")


def error_answer(error: CalepinError, language: str = "en") -> Answer:
    """Its sentence is in that language where it has one in it."""
    fields = {name: value for name, value in error.fields.items() if value is not None}
    body = {"error": {"code": error.code, "message": error.spoken(language), **fields}}
    return Answer(body, error.status)


def log_failure(request: Request, error: Exception) -> None:
    """Log what is our fault; what is the asker's is told to them alone."""
    if isinstance(error, CalepinError | HTTPException | NoSuchNote | BadText):
        return
    if isinstance(error, StoreError):
        log.error("store_failed", error=str(error))
    else:
        log.error("request_failed", path=request.url.path, error=type(error).__name__)


async def on_calepin_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, CalepinError):
        return await on_unforeseen(request, error)
    return error_answer(error, language_of(request))


async def on_unforeseen(request: Request, error: Exception) -> Response:
    """What nobody foresaw: logged by its kind, told without its details."""
    log_failure(request, error)
    return error_answer(CalepinError("Something went wrong here. Nothing that was saved is lost."))


async def on_store_error(request: Request, error: Exception) -> Response:
    if isinstance(error, NoSuchNote):
        return error_answer(NotFound(str(error)))
    if isinstance(error, BadText):
        return error_answer(BadInput(str(error)))
    log_failure(request, error)
    return error_answer(Unavailable("The notes cannot be read or written now; try again soon."))


async def on_http_error(request: Request, error: Exception) -> Response:
    """Starlette's own refusals (no such path, no such method) in our shape."""
    if not isinstance(error, HTTPException):
        return await on_unforeseen(request, error)
    codes = {404: "not_found", 405: "method_not_allowed"}
    message = {
        404: f"There is nothing at {request.url.path}.",
        405: f"{request.method} is not possible at {request.url.path}.",
    }.get(error.status_code, error.detail)
    code = codes.get(error.status_code, "error")
    answer = Answer({"error": {"code": code, "message": message}}, error.status_code)
    if error.status_code == 405:
        # RFC 9110, 15.5.6. Starlette names the methods in no order.
        allowed = (error.headers or {}).get("Allow", "").split(", ")
        answer.headers["allow"] = ", ".join(sorted(allowed))
    return answer


async def read_body(request: Request, *, at_most: int = MAX_BODY_BYTES) -> bytes:
    """The body, of at most so many bytes. Raises TooLarge before it is all in memory."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > at_most:
            raise TooLarge(f"The request is larger than {at_most} bytes.", limit_bytes=at_most)
        parts.append(part)
    return b"".join(parts)


async def read_json(request: Request, shape: type[T]) -> T:
    """The body as a value of `shape`; an empty body is an empty object. Raises BadInput."""
    body = await read_body(request)
    try:
        return msgspec.json.decode(body or b"{}", type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadInput(f"The request's JSON is not what is expected here: {error}.") from error
