"""A document as one file of HTML that needs nothing else: to keep, to send, to print. Pure.

The file runs nothing and loads nothing: it says so itself, in a policy that allows its one style.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Final

from server.export.html import Entry, html
from server.export.labels import labels
from server.export.nodes import Document, head_of

GENERATOR: Final = "Calepin"
"""What the file says that it was written by; an import knows the file by it."""


def html_page(
    document: Document, *, title: str, language: str, style: str, about: Mapping[str, str]
) -> str:
    """The whole file. `style` is CSS without a `<`; `about` becomes `meta` elements, by name."""
    words = labels(language)
    found = html(document.children, words)
    begins = head_of(document.children)
    heading, rest = "".join(found.parts[:begins]), "".join(found.parts[begins:])
    named = found.entries[1:]
    # Of a day, the programme; of a note, which has none, its own headings. One alone leads nowhere.
    shown = [entry for entry in named if entry.is_of_programme] or named
    toc = contents(shown, words.contents) if len(shown) > 1 else ""
    meta = "".join(
        f'<meta name="{_text(name)}" content="{_text(value)}">\n'
        for name, value in about.items()
        if value
    )
    return (
        "<!doctype html>\n"
        f'<html lang="{_text(language)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="generator" content="{GENERATOR}">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_text(_policy(style))}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"{meta}<title>{_text(title)}</title>\n<style>{style}</style>\n</head>\n"
        f'<body class="reading">\n<a class="skip" href="#text">{_text(words.skip)}</a>\n'
        f'<main id="text" class="prose" tabindex="-1">\n<header>{heading}</header>\n{toc}{rest}'
        "</main>\n</body>\n</html>\n"
    )


def contents(entries: Sequence[Entry], name: str) -> str:
    """A table of contents: nested lists of links, one for each entry."""
    shown = "".join(_nested(entries))
    said = _text(name)
    return f'<nav class="contents" aria-label="{said}"><p class="label">{said}</p>{shown}</nav>\n'


def _nested(entries: Sequence[Entry]) -> Iterator[str]:
    """Lists inside lists, by level; a level that is left out opens no list."""
    open_levels: list[int] = []
    for entry in entries:
        while len(open_levels) > 1 and open_levels[-1] > entry.level:
            open_levels.pop()
            yield "</li></ol>"
        if open_levels and open_levels[-1] >= entry.level:
            yield "</li>"
        else:
            open_levels.append(entry.level)
            yield "<ol>"
        yield f'<li><a href="#{_text(entry.anchor)}">{_text(entry.title)}</a>'
    yield "</li></ol>" * len(open_levels)


def _policy(style: str) -> str:
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _text(text: str) -> str:
    return escape(text, quote=True)
