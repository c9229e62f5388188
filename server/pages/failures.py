"""Errors as people see them on a page: what happened, what is safe, what to do. Never a stack."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from server.api import answers
from server.errors import CalepinError, NotFound, Unavailable
from server.pages.language import language_of
from server.pages.rendering import Pages
from server.pages.words import WORDS
from storage.errors import NoSuchNote, StoreError

Handler = Callable[[Request, Exception], Awaitable[Response]]

_NOT_FOR_PEOPLE = ("/api/", "/health/", "/static/", "/metrics")


def handlers(pages: Pages) -> dict[type[Exception], Handler]:
    """What answers an error: JSON below /api, a page elsewhere."""

    def for_people(answer: Handler, translate: Callable[[Exception], CalepinError]) -> Handler:
        async def on_error(request: Request, error: Exception) -> Response:
            if request.url.path.startswith(_NOT_FOR_PEOPLE):
                return await answer(request, error)
            answers.log_failure(request, error)
            page = _page(pages, request, translate(error))
            if isinstance(error, HTTPException) and error.status_code == 405:
                # The same page as for what is not there, but a program can tell them apart.
                page.status_code = error.status_code
                page.headers.update(error.headers or {})
            return page

        return on_error

    return {
        CalepinError: for_people(answers.on_calepin_error, _as_is),
        StoreError: for_people(answers.on_store_error, _of_store),
        HTTPException: for_people(answers.on_http_error, _of_http),
        Exception: for_people(answers.on_unforeseen, _unforeseen),
    }


def _page(pages: Pages, request: Request, error: CalepinError) -> Response:
    language = language_of(request)
    words = WORDS[language]
    known = f"error.{error.code}" in words
    key = error.code if known else "unavailable"
    what = words[f"error.{key}_what"]
    return pages.render(
        request,
        "error.html",
        status=error.status,
        heading=words[f"error.{key}"],
        what=what.format(message=error.spoken(language)) if "{message}" in what else what,
    )


def _as_is(error: Exception) -> CalepinError:
    return error if isinstance(error, CalepinError) else _unforeseen(error)


def _of_store(error: Exception) -> CalepinError:
    return NotFound(str(error)) if isinstance(error, NoSuchNote) else Unavailable(str(error))


def _of_http(error: Exception) -> CalepinError:
    if isinstance(error, HTTPException) and error.status_code in (404, 405):
        return NotFound(error.detail)
    return Unavailable("")


def _unforeseen(error: Exception) -> CalepinError:
    del error
    return Unavailable("")
