"""ODT of others: written by odfdo, and by hand as LibreOffice writes."""

from __future__ import annotations

from io import BytesIO

import odfdo
import pytest

from server.errors import BadInput
from server.incoming.odt import read_odt
from tests.incoming.shown import shown
from tests.incoming.test_hostile import odt as archived

_ODF = "urn:oasis:names:tc:opendocument:xmlns"
NAMES = " ".join(
    [
        *(f'xmlns:{name}="{_ODF}:{name}:1.0"' for name in ("office", "style", "text", "table")),
        f'xmlns:draw="{_ODF}:drawing:1.0" xmlns:svg="{_ODF}:svg-compatible:1.0"',
        f'xmlns:fo="{_ODF}:xsl-fo-compatible:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"',
    ]
)
STYLES = (
    '<style:style style:name="T1" style:family="text"><style:text-properties '
    'fo:font-weight="bold"/></style:style>'
    '<style:style style:name="T2" style:family="text"><style:text-properties '
    'fo:font-style="italic" style:text-line-through-style="solid"/></style:style>'
    '<style:style style:name="T3" style:family="text"><style:text-properties '
    'style:font-name="Liberation Mono"/></style:style>'
    '<style:style style:name="T4" style:family="text"><style:text-properties '
    'text:display="none"/></style:style>'
    '<style:style style:name="P1" style:family="paragraph" '
    'style:parent-style-name="Quotations"/>'
    '<style:style style:name="P2" style:family="paragraph"><style:text-properties '
    'fo:font-weight="bold"/></style:style>'
    '<text:list-style style:name="L1"><text:list-level-style-number text:level="1" '
    'style:num-format="1"/><text:list-level-style-bullet text:level="2"/></text:list-style>'
)


def read(data: bytes) -> list[str]:
    return shown(read_odt(data, of="f.odt").notes)


def body(inside: str) -> list[str]:
    return read(
        archived(
            f"<office:document-content {NAMES}><office:automatic-styles>{STYLES}"
            f"</office:automatic-styles><office:body><office:text>{inside}</office:text>"
            "</office:body></office:document-content>"
        )
    )


def p(words: str, style: str = "Standard") -> str:
    return f'<text:p text:style-name="{style}">{words}</text:p>'


def test_what_odfdo_writes() -> None:
    document = odfdo.Document("text")
    document.body.clear()
    document.body.append(odfdo.Header(1, "Titre"))
    document.body.append(odfdo.Paragraph("un\u00a0: «\u202fdeux\u202f»  blancs"))
    items = odfdo.List(["a", "b"])
    document.body.append(items)
    table = odfdo.Table("T")
    table.set_values([["x", "y"], ["z", "t"]])
    document.body.append(table)
    out = BytesIO()
    document.save(out)
    assert read(out.getvalue()) == [
        "h1 Titre",
        "un\u00a0: «\u202fdeux\u202f»  blancs",
        "- a",
        "- b",
        "row x|y",
        "row z|t",
    ]


def test_formats_come_from_automatic_styles() -> None:
    inside = p(
        '<text:span text:style-name="T1">gras <text:span text:style-name="T2">et</text:span>'
        '</text:span> <text:span text:style-name="T3">code</text:span>'
        '<text:span text:style-name="T4">secret</text:span><text:line-break/>ligne<text:tab/>x'
    )
    assert body(inside + p("tout", "P2") + p("dit", "P1")) == [
        "*gras **_~et~_* `code`⏎ligne\tx",
        "*tout*",
        "> dit",
    ]


def test_lists_nest_by_elements() -> None:
    inside = (
        f'<text:list text:style-name="L1"><text:list-item>{p("a")}<text:list><text:list-item>'
        f"{p('b')}{p('suite')}</text:list-item></text:list></text:list-item><text:list-item>"
        f"<text:list><text:list-item>{p('c')}</text:list-item></text:list></text:list-item>"
        f"<text:list-header>{p('tête')}</text:list-header></text:list>"
        f'<text:list text:style-name="L1"><text:list-item>{p("d")}</text:list-item></text:list>'
        f'<text:list text:style-name="L1" text:continue-numbering="true"><text:list-item>'
        f"{p('e')}</text:list-item></text:list>"
    )
    assert body(inside) == [
        "1. a",
        "  - b",
        "    suite",
        "  - c",
        "  tête",
        "1. d",
        "1. e",
    ]


def test_what_was_deleted_is_gone_and_what_was_inserted_stays() -> None:
    inside = (
        "<text:tracked-changes><text:changed-region><text:deletion>"
        f"{p('vieux')}</text:deletion></text:changed-region></text:tracked-changes>"
        + p('Le <text:change-start text:change-id="1"/>neuf<text:change-end text:change-id="1"/>')
        + p("<office:annotation><text:p>remarque</text:p></office:annotation>reste")
    )
    assert body(inside) == ["Le neuf", "reste"]


def test_links_notes_fields_pictures_and_boxes() -> None:
    inside = p(
        '<text:a xlink:href="https://exemple.fr/é">ici</text:a>'
        '<text:a xlink:href="../secret.odt">là</text:a>'
        '<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation>'
        f"<text:note-body>{p('bas')}{p('suite')}</text:note-body></text:note>"
        '<text:date> le 3</text:date><draw:frame><draw:image xlink:href="http://x/y.png"/>'
        "<svg:title>t</svg:title><svg:desc> Une carte</svg:desc></draw:frame>"
        f"<draw:frame><draw:text-box>{p('encadré')}</draw:text-box></draw:frame>"
    )
    assert body(inside) == [
        "ici<https://exemple.fr/é>là[^bas\nsuite] le 3 Une carte",
        "encadré",
    ]


def test_blanks_of_the_file_are_no_blanks_of_the_text() -> None:
    assert body(p("  a\n   b <text:s text:c='3'/>c ")) == ["a b    c"]


def test_indexes_are_left_out_and_sections_are_read() -> None:
    contents = f"<text:table-of-content><text:index-body>{p('a')}</text:index-body>"
    contents += "</text:table-of-content>"
    hidden = f'<text:section text:display="none">{p("x")}</text:section>'
    assert body(contents + hidden + f"<text:section>{p('b')}</text:section>") == ["b"]


@pytest.mark.parametrize("content", ["<a/>", f"<office:document-content {NAMES}/>"])
def test_what_is_no_text_document_is_said(content: str) -> None:
    with pytest.raises(BadInput, match=r"f\.odt is no document"):
        read(archived(content))
