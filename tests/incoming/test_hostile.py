"""Files that are made to hurt are refused in one sentence, soon, and without filling the memory."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile, ZipInfo

import pytest

from server.errors import BadInput, CalepinError, TooLarge
from server.incoming.limits import MAX_FILE_BYTES, MAX_MARKUP_BYTES, MAX_TEXT_BYTES
from server.incoming.markup import MAX_DEPTH, MAX_ELEMENTS
from server.incoming.package import MAX_ENTRIES
from server.incoming.reading import read_file

SECONDS = 20.0
"""A bound against hanging; each of them takes less than two."""
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="a" Type="x/officeDocument" Target="word/document.xml"/></Relationships>'
)
BOMB = (
    '<!DOCTYPE a [<!ENTITY x0 "lol">'
    + "".join(f'<!ENTITY x{n} "{f"&x{n - 1};" * 10}">' for n in range(1, 10))
    + "]>"
)
STRANGERS = (
    BOMB,
    '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    '<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x"> %x;]>',
    '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x">',
    f'<!DOCTYPE a [<!ENTITY x "{"A" * 100_000}">]>',
)


def docx(document: str | bytes, **more: str | bytes) -> bytes:
    parts = {"[Content_Types].xml": "<Types/>", "_rels/.rels": RELATIONS}
    return zipped(parts | {"word/document.xml": document} | more)


def odt(content: str | bytes, **more: str | bytes) -> bytes:
    kind = "application/vnd.oasis.opendocument.text"
    return zipped({"mimetype": kind, "content.xml": content} | more)


def zipped(parts: dict[str, str | bytes]) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def word(body: str) -> str:
    return f"<w:document {W}><w:body>{body}</w:body></w:document>"


def refused(data: bytes, name: str) -> CalepinError:
    began = time.monotonic()
    with pytest.raises(CalepinError) as found:
        read_file(data, name)
    assert time.monotonic() - began < SECONDS
    said = str(found.value)
    assert name in said or "larger" in said
    assert said.endswith(".")
    assert "\n" not in said
    assert len(said) < 400
    return found.value


@pytest.mark.parametrize("prolog", STRANGERS, ids=range(len(STRANGERS)))
@pytest.mark.parametrize("make", [docx, odt])
def test_entities_are_refused_wherever_they_lead(make: Callable[[str], bytes], prolog: str) -> None:
    name = "f.docx" if make is docx else "f.odt"
    error = refused(make(prolog + '<a b="&x9;&x;">&x9;&x;</a>'), name)
    assert isinstance(error, BadInput)
    assert "document type" in str(error)


def test_entities_in_another_part_are_refused_too() -> None:
    styles = BOMB + "<a>&x9;</a>"
    relations = RELATIONS.replace("officeDocument", "styles").replace("document.xml", "styles.xml")
    relations = relations.replace("word/", "")
    data = docx(
        word("<w:p/>"), **{"word/styles.xml": styles, "word/_rels/document.xml.rels": relations}
    )
    assert "document type" in str(refused(data, "f.docx"))
    content = f'<o:c xmlns:o="{OFFICE}"><o:body><o:text/></o:body></o:c>'
    assert "document type" in str(refused(odt(content, **{"styles.xml": styles}), "f.odt"))


def test_html_defines_no_entity() -> None:
    found = read_file((BOMB + "<p>a&x9;</p>").encode(), "f.html")
    assert "lollol" not in str(found)


@pytest.mark.parametrize(("make", "name"), [(docx, "f.docx"), (odt, "f.odt")])
def test_an_archive_that_unpacks_to_a_gigabyte_is_refused(
    make: Callable[[bytes], bytes], name: str
) -> None:
    data = make(b"<a>" + b" " * (64 << 20) + b"</a>")
    assert len(data) < 100_000
    assert isinstance(refused(data, name), TooLarge)


def test_an_archive_that_lies_about_its_sizes_is_refused() -> None:
    data = bytearray(docx(word(f"<w:p>{' ' * (64 << 20)}</w:p>")))
    entry = data.index(b"word/document.xml", data.index(b"PK\x01\x02")) - 46
    assert data[entry : entry + 4] == b"PK\x01\x02"
    data[entry + 24 : entry + 28] = (100).to_bytes(4, "little")
    refused(bytes(data), "f.docx")


def test_archives_in_archives_are_not_opened() -> None:
    inner = zipped({"a": b"\0" * (8 << 20)})
    error = refused(zipped({f"{n}.zip": inner for n in range(50)}), "f.zip")
    assert "archive" in str(error)


def test_too_many_parts_are_refused() -> None:
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        for number in range(MAX_ENTRIES + 1):
            archive.writestr(ZipInfo(str(number)), b"")
    assert isinstance(refused(out.getvalue(), "f.docx"), TooLarge)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_parts_of_one_name_are_refused() -> None:
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        for _ in range(2):
            archive.writestr("word/document.xml", word("<w:p/>"))
    refused(out.getvalue(), "f.docx")


def test_a_password_and_a_strange_compression_are_said() -> None:
    data = bytearray(odt("<a/>"))
    # The flag of encryption, in the directory's entry of the second part.
    second = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 1)
    data[second + 8] |= 1
    assert "password" in str(refused(bytes(data), "f.odt"))
    out = BytesIO()
    with ZipFile(out, "w", ZIP_BZIP2) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", "<a/>")
    refused(out.getvalue(), "f.odt")


@pytest.mark.parametrize("cut", [30, 100, 300])
def test_half_an_archive_is_damaged(cut: int) -> None:
    assert "damaged" in str(refused(docx(word("<w:p/>"))[:cut], "f.docx"))


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 100_000])
@pytest.mark.parametrize("kind", ["html", "docx", "odt"])
def test_what_is_nested_too_deep_is_refused(depth: int, kind: str) -> None:
    if kind == "html":
        data = ("<div>" * depth + "x" + "</div>" * depth + "AFTER").encode()
    else:
        nested = f"<a>{'<b>' * depth}{'</b>' * depth}</a>"
        data = docx(nested) if kind == "docx" else odt(nested)
    assert "deep" in str(refused(data, f"f.{kind}"))


def test_lists_as_deep_as_may_be_are_read() -> None:
    depth = MAX_DEPTH // 2 - 5
    found = read_file(("<ul><li>a" * depth).encode(), "f.html")
    assert len(found.notes) == depth
    assert {line.indent for line in found.notes} == set(range(9))


def test_too_many_elements_are_refused() -> None:
    assert isinstance(refused(b"<br>" * (MAX_ELEMENTS + 1), "f.html"), TooLarge)
    many = "<w:p/>" * (MAX_ELEMENTS + 1)
    assert isinstance(refused(docx(word(many)), "f.docx"), TooLarge)


@pytest.mark.parametrize(
    "piece",
    ["<b>", "<p><b>", "<b id=x><p>", "<table><tr><td>", "<ul><li>", "<a href=x>", "</p>", "<!--"],
)
def test_tag_soup_ends_soon(piece: str) -> None:
    began = time.monotonic()
    with suppress(CalepinError):
        read_file((piece * (200_000 // len(piece)) + "x").encode(), "f.html")
    assert time.monotonic() - began < SECONDS


def test_beginnings_that_look_like_html_end_soon() -> None:
    began = time.monotonic()
    with pytest.raises(BadInput):
        read_file(b"<!--a-->" * 20_000 + b"\x00", "f.xyz")
    assert time.monotonic() - began < 1


@pytest.mark.parametrize("name", ["f.md", "f.txt", "f.html", "f.etherpad", "f.docx", "f.odt", "f"])
def test_a_hundred_megabytes_are_refused(name: str) -> None:
    assert isinstance(refused(b"a" * (100 << 20), name), TooLarge)
    assert MAX_FILE_BYTES < 100 << 20


@pytest.mark.parametrize("name", ["f.md", "f.txt", "f.html"])
def test_text_beyond_its_limit_is_refused(name: str) -> None:
    assert isinstance(refused(b"a" * (MAX_MARKUP_BYTES + 1), name), TooLarge)
    assert isinstance(refused(b"mots " * (MAX_TEXT_BYTES // 5 + 1), name), TooLarge)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        ("l’été".encode("cp1252"), "f.md"),
        ("l'été".encode("latin-1"), "f.txt"),
        ("<p>l'été".encode("latin-1"), "f.html"),
        (b"<meta charset=utf-8><p>\xe9", "f.html"),
        (b"<meta charset=utf-7><p>+ADw-script+AD4-", "f.html"),
        (b"<meta charset=klingon><p>a", "f.html"),
        (b"<meta charset=idna><p>a", "f.html"),
        (b"<meta charset=unicode_escape><p>\\x3c", "f.html"),
        ('{"pad:a": "é"}'.encode("latin-1"), "f.etherpad"),
        ("abc".encode("utf-16"), "f.odt"),
        (b"abc\x00def", "f.md"),
        (b"\xff\xfea\x00\x00\xd8", "f.txt"),
    ],
)
def test_wrong_encodings_are_said(data: bytes, name: str) -> None:
    assert isinstance(refused(data, name), BadInput)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        ("l’été".encode("utf-8-sig"), "f.md"),
        ("l’été".encode("utf-16"), "f.txt"),
        ("\ufeffl’été".encode("utf-16-be"), "f.md"),
        ("<meta charset=windows-1252><p>l’été".encode("cp1252"), "f.html"),
        ("<meta charset='iso-8859-1'><p>l’été".encode("cp1252"), "f.html"),
        ("<?xml version='1.0' encoding='iso-8859-15'?><p>l'été".encode("iso-8859-15"), "f.html"),
        ("<meta charset=utf-16><p>l’été".encode(), "f.html"),
        ("<p>l’été".encode("utf-16"), "f.html"),
    ],
)
def test_encodings_that_are_said_are_read(data: bytes, name: str) -> None:
    (line,) = read_file(data, name).notes
    assert str(line.spans[0].text).replace("'", "’") == "l’été"


def test_what_no_note_can_hold_goes_and_the_text_stays() -> None:
    long = "https://exemple.fr/" + "é" * 3000
    html = f'<p><a href="{long}">lien</a>a&#0;b\x0b\u2028c\x7f</p>'
    (line,) = read_file(html.encode(), "f.html").notes
    assert "".join(str(span.text) for span in line.spans) == "liena\ufffdb  c"
    assert all(not span.marks.link for span in line.spans)


def test_a_long_footnote_becomes_several() -> None:
    words = "é" * 9000
    html = f'<p>t<a href="#n" id="r">1</a></p><ol><li id="n">{words} <a href="#r">↩</a></li></ol>'
    (line,) = read_file(html.encode(), "f.html").notes
    notes = [span.text.text for span in line.spans if hasattr(span.text, "text")]
    assert "".join(notes) == words
    assert len(notes) > 1


def test_the_memory_of_a_hostile_document_is_bounded() -> None:
    """In a process of its own, whose highest mark is its own."""
    code = (
        "import sys; from server.incoming.reading import read_file\n"
        "try: read_file(sys.stdin.buffer.read(), 'f.docx')\n"
        "except Exception as error: print(type(error).__name__)\n"
        # Not `ru_maxrss`, which begins with what the process that started this one had.
        "status = open('/proc/self/status').read()\n"
        "print(status.split('VmHWM:')[1].split()[0])"
    )
    bomb = docx(
        word("<w:p/>" * 450_000 + "<w:p><w:r><w:t>" + "a" * (8 << 20) + "</w:t></w:r></w:p>")
    )
    done = subprocess.run([sys.executable, "-c", code], input=bomb, capture_output=True, check=True)
    kind, highest = done.stdout.decode().split()
    assert kind == "TooLarge"
    assert int(highest) < 900 * 1024, "KiB"
