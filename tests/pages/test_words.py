"""French and English: the same sentences in both, the reader's choice, French typography."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from server.days.access import Role
from server.languages import accepted
from server.pages.words import ENGLISH, FRENCH, WORDS
from tests.pages.conftest import Site

LOOSE = re.compile(r"[^\u00a0\u202f\d]:(?!//)(?!\d)|[^\u00a0\u202f][;?!»]|«[^\u00a0\u202f]|'")
"""Punctuation without its no-break space, or an apostrophe of typewriters."""


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


@pytest.mark.promise("U5")
def test_both_languages_say_the_same_things() -> None:
    assert FRENCH.keys() == ENGLISH.keys()
    for key, sentence in FRENCH.items():
        assert fields(sentence) == fields(ENGLISH[key]), key
        assert sentence.strip() == sentence != "", key


def test_french_is_set_as_french() -> None:
    for key, sentence in FRENCH.items():
        assert not LOOSE.search(sentence), f"{key}: {sentence!r}"


@pytest.mark.promise("U5")
@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "fr"),
        ("en", "en"),
        ("en-GB,en;q=0.9,fr;q=0.8", "en"),
        ("fr-CA, en;q=0.9", "fr"),
        ("de, es;q=0.9", "fr"),
        ("de, en;q=0.5", "en"),
        ("fr;q=0.2, en;q=0.7", "en"),
        ("en;q=nonsense", "fr"),
        ("en;q=0, fr;q=0.1", "fr"),
        (",;;q=,=" * 500, "fr"),
    ],
)
def test_the_browser_asks_for_a_language(header: str, language: str) -> None:
    assert accepted(header, otherwise="fr") == language


@pytest.mark.promise("U5")
@pytest.mark.asyncio(loop_scope="module")
async def test_a_reader_can_switch_and_stays_switched(site: Site) -> None:
    client = await site.enter(Role.READER)
    english = {"accept-language": "en"}
    for path in ("/", site.join(Role.READER), site.day, site.note, "/nowhere"):
        assert '<html lang="en">' in (await client.get(path, headers=english)).text
    switched = await client.get(f"{site.day}?lang=fr", headers=english)
    assert '<html lang="fr">' in switched.text
    for path in ("/", site.day, site.note):
        page = (await client.get(path, headers=english)).text
        assert '<html lang="fr">' in page
        assert WORDS["fr"]["skip"] in page


@pytest.mark.promise("U5")
@pytest.mark.asyncio(loop_scope="module")
async def test_dates_are_in_words(site: Site) -> None:
    client = await site.enter(Role.READER)
    french = (await client.get(f"{site.day}?lang=fr")).text
    english = (await client.get(f"{site.day}?lang=en")).text
    assert "dimanche 1ᵉʳ novembre 2026" in french
    assert "Sunday 1 November 2026" in english
