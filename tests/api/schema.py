"""The OpenAPI document held against what the server answers."""

from __future__ import annotations

import re
from typing import Any

import httpx

from server.api import openapi

_TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "boolean": bool,
    "null": type(None),
}


def check(answer: httpx.Response) -> None:
    """Fail where an answer of the API is not one that the document announces."""
    found = _operation(answer.request)
    if found is None:
        return
    path, operation = found
    if operation is None:
        assert answer.status_code in (204, 405), (answer.request.method, path)
        return
    responses = operation["responses"]
    status = str(answer.status_code)
    where = f"{answer.request.method} {path} {status}"
    assert status in responses or answer.status_code >= 400, where
    announced = _resolved(responses.get(status) or responses.get("default") or {})
    if answer.status_code == 304 or "content" not in announced:
        assert not answer.content, where
        return
    media = answer.headers["content-type"].partition(";")[0]
    assert media in announced.get("content", {}), f"{where}: {media}"
    if media == "application/json" and answer.request.method != "HEAD":
        complaint = mismatch(answer.json(), announced["content"][media]["schema"], where)
        assert complaint is None, complaint


def mismatch(value: Any, schema: dict[str, Any], where: str) -> str | None:
    """The first place where `value` is not what `schema` says; None when it is.

    Knows the few words of JSON Schema that the document uses, and refuses the others.
    """
    schema = _resolved(schema)
    known = {"type", "enum", "required", "properties", "additionalProperties", "items"}
    unknown = set(schema) - known - {"description"}
    assert not unknown, unknown
    if "enum" in schema:
        return None if value in schema["enum"] else f"{where}: {value!r}"
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if not any(isinstance(value, _TYPES[kind]) for kind in kinds):
        return f"{where}: {value!r} is not of the type {kinds}"
    if isinstance(value, list):
        inside = [(schema["items"], one, f"{where}[{at}]") for at, one in enumerate(value)]
    elif isinstance(value, dict):
        named = schema.get("properties", {})
        missing = set(schema.get("required", ())) - set(value)
        more = schema.get("additionalProperties", {})
        extra = set(value) - set(named) if more is False else set()
        if missing or extra:
            return f"{where}: {missing or extra} is missing or too much"
        typed = [name for name in value if name in named or more]
        inside = [(named.get(name, more), value[name], f"{where}.{name}") for name in typed]
    else:
        inside = []
    complaints = (mismatch(one, part, place) for part, one, place in inside)
    return next((complaint for complaint in complaints if complaint is not None), None)


def _operation(request: httpx.Request) -> tuple[str, dict[str, Any] | None] | None:
    """The operation that a request asks for: None for what is not of the API, and for a method
    that the document does not name at that address."""
    for path, operations in openapi.load()["paths"].items():
        pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path))
        if re.fullmatch(pattern, request.url.path, re.DOTALL):
            method = "get" if request.method == "HEAD" else request.method.lower()
            return path, operations.get(method)
    return None


def _resolved(value: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in value:
        found: Any = openapi.load()
        for step in value["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        value = found
    return value
