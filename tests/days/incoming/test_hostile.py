"""Files that were made to do harm, and what is no programme at all: one sentence, soon."""

from __future__ import annotations

import io
import random
import time
import zipfile
from contextlib import suppress

import pytest

from server.days.incoming import xml_tree
from server.days.incoming.formats import read_programme
from server.days.incoming.listing import MAX_FILE_BYTES, Wanted
from server.errors import ProgrammeError
from tests.days.incoming.conftest import (
    ODS,
    SHEET,
    archive,
    book,
    calendar,
    items,
    read,
    refused,
    sheet,
)
from tests.days.incoming.test_schedules import EVENT, schedule

_EACH = "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">'
    for before, name in zip("abcdefghij", "bcdefghijk", strict=True)
)
LAUGHS = f"""<?xml version="1.0"?>
<!DOCTYPE schedule [<!ENTITY a "ha">{_EACH}]>
<schedule><conference><title>&k;</title></conference></schedule>"""
OUTSIDE = """<?xml version="1.0"?>
<!DOCTYPE schedule [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<schedule><conference><title>&x;</title></conference></schedule>"""
CELLS = '<table:table-cell table:number-columns-repeated="999999999"><text:p>x</text:p>'


@pytest.mark.parametrize("text", [LAUGHS, OUTSIDE, "<!DOCTYPE html><html><p>Hello</p></html>"])
def test_no_entity_is_declared_or_fetched(text: str) -> None:
    for data in (text.encode(), text.encode("utf-16")):
        said = refused(data, "s.xml")
        assert "document type or entities" in said
        assert "root:" not in said


def test_entities_in_a_sheet_are_refused_too() -> None:
    body = LAUGHS.replace("<schedule>", "<a>").replace("</schedule>", "</a>").encode()
    assert "t.ods (content.xml), line" in refused(archive(body), "t.ods")


def test_a_zip_bomb_is_not_unpacked() -> None:
    bomb = archive(b" " * 200_000_000)
    assert len(bomb) < 1_000_000
    begun = time.monotonic()
    assert "more than 16 MiB when unpacked" in refused(bomb, "t.ods")
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize(
    "raw",
    [
        f"<table:table-row>{CELLS}</table:table-cell></table:table-row>",
        '<table:table-row table:number-rows-repeated="1048576"><table:table-cell><text:p>x'
        "</text:p></table:table-cell></table:table-row>",
        f"<table:table-row><table:table-cell><text:p>{'x' * 30_000}</text:p></table:table-cell>"
        "</table:table-row>",
    ],
)
def test_what_stands_in_few_bytes_for_millions_is_counted_and_not_made(raw: str) -> None:
    data = sheet(("Titre", "Salle"), ("A", "1"), raw=raw)
    if CELLS in raw:
        assert len(items(read(data, "t.ods"))) == 2  # the first cell is a title
    else:
        assert "t.ods, line 3: " in refused(data, "t.ods")


def test_empty_lines_without_end_are_passed_over() -> None:
    raw = '<table:table-row table:number-rows-repeated="999999999"><table:table-cell/>'
    data = sheet(("Titre",), ("A",), raw=f"{raw}</table:table-row>")
    assert [item.title for item in items(read(data, "t.ods"))] == ["A"]


def test_xml_without_end_is_refused() -> None:
    deep = "<schedule>" + "<a>" * 100_000
    assert "more than 50 levels deep" in refused(deep, "s.xml")
    wide = "<schedule>" + "<a/>" * (xml_tree.MAX_ELEMENTS + 1) + "</schedule>"
    assert "more than 200000 elements" in refused(wide, "s.xml")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"<schedule><day>", "s.xml, line 1: it is not well-formed XML"),
        (b"<rss></rss>", "s.xml, line 1: it begins with <rss>: of XML, schedules of frab"),
        (b"<?xml version='1.0' encoding='none'?><a/>", "s.xml, line 1: it"),
        (b"<?xml version='1.0' encoding='utf-16'?><a/>", "s.xml, line 1: it"),
        (b"<schedule>\xff</schedule>", "s.xml, line 1: it is not well-formed XML"),
        (b"<schedule>\0</schedule>", "s.xml, line 1: it is not well-formed XML"),
        (b"<schedule/>", "s.xml: there is no item in it"),
    ],
)
def test_xml_that_is_none_is_refused(data: bytes, said: str) -> None:
    assert said in refused(data, "s.xml")


def test_a_hundred_megabytes_are_refused_before_they_are_read() -> None:
    begun = time.monotonic()
    for start in (b"", b"<schedule>", b"PK\x03\x04", b"BEGIN:VCALENDAR", b'{"schedule":'):
        assert "larger than 4 MiB" in refused(start + b"x" * 100_000_000, "big")
    assert time.monotonic() - begun < 5
    assert "more than 5000 events" in refused(b"x\n" * (MAX_FILE_BYTES // 2), "t.csv")


@pytest.mark.parametrize("data", [b"", b"\0", b"\xff", b"\xfe\xff", b"\xef\xbb\xbf", b"\x81\x8d"])
@pytest.mark.parametrize("name", ["", "p.yml", "t.csv", "t.ods", "c.ics", "s.xml", "s.json", "x"])
def test_a_few_bytes_are_refused_whatever_they_are_called(data: bytes, name: str) -> None:
    refused(data, name)


def test_text_without_a_mark_in_utf_16_is_refused_with_what_to_do() -> None:
    for encoding in ("utf-16-le", "utf-16-be"):
        said = refused("Titre;Salle\nA;1\n".encode(encoding), "t.csv")
        assert said == "t.csv, line 1: it holds a NUL, which no text has: save it as UTF-8."


def test_archives_that_are_no_sheets_are_refused() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        file.writestr("word/document.xml", "<a/>")
    assert "Programmes are taken from YAML" in refused(made.getvalue(), "t.docx")
    empty = io.BytesIO()
    with zipfile.ZipFile(empty, "w") as file:
        file.writestr("mimetype", SHEET)
    assert "no sheet that can be read" in refused(empty.getvalue(), "t.ods")
    whole = sheet(("Titre",), ("A",))
    assert "no sheet that can be read" in refused(whole[: len(whole) // 2], "t.ods")
    locked = bytearray(whole)
    # The bit that says of a part that it is encrypted, in both places where it stands.
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[whole.rindex(sign) + at] |= 1
    assert "locked with a password" in refused(bytes(locked), "t.ods")


def test_a_programme_in_circles_is_refused() -> None:
    assert "anchors (&) and aliases (*)" in refused("title: &a [*a]\n", "p.yml")
    assert "anchors (&) and aliases (*)" in refused("title: &a [*a]\n")


def test_what_is_unknown_is_told_what_is_taken() -> None:
    said = refused("Bonjour à tous,\nvoici le programme.\n", "mail.txt")
    for format in ("YAML", "schedule.json", "schedule.xml", "iCalendar", ".csv", ".ods"):
        assert format in said


def test_any_bytes_are_a_programme_or_one_sentence() -> None:
    seed = random.randrange(2**32)
    print("seed", seed)
    draw = random.Random(seed)
    whole = [
        schedule(EVENT).encode(),
        calendar("UID:1\r\nSUMMARY:a\r\nDTSTART;TZID=Europe/Paris:20261123T093000").encode(),
        sheet(("Titre", "Début"), ("A", "9h30")),
        "Titre;Début\nL’été;9h30\n".encode("cp1252"),
        b"<schedule><day date='2026-11-23'><room name='a'><event id='1'><title>T</title>"
        b"<start>09:30</start></event></room></day></schedule>",
        b"title: T\nsections:\n- {title: S, items: [{title: I, id: 1}]}\n",
        book("<table:table/>"),
        ODS.encode(),
    ]
    for _ in range(1_500):
        data = bytearray(draw.choice(whole))
        for _ in range(draw.randrange(1, 6)):
            at = draw.randrange(len(data))
            match draw.randrange(3):
                case 0:
                    data[at] = draw.randrange(256)
                case 1:
                    del data[at : at + draw.randrange(1, 20)]
                case _:
                    data[at:at] = draw.randbytes(draw.randrange(1, 6))
            data = data or bytearray(b" ")
        name = draw.choice(["", "a.ics", "a.csv", "a.yml", "a.json", "a.ods", "a.xml", "a.bin"])
        # Anything else that it may raise is a mistake of ours.
        with suppress(ProgrammeError):
            read_programme(bytes(data), name=name, wanted=Wanted())
