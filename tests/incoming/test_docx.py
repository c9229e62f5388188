"""DOCX of others: written by python-docx, and by hand where that has no words for it."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import docx
import pytest
from docx.document import Document as Writing

from server.errors import BadInput
from server.incoming.docx import read_docx
from tests.incoming.shown import shown
from tests.incoming.test_hostile import docx as archived
from tests.incoming.test_hostile import zipped

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def saved(document: Writing) -> bytes:
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def read(data: bytes) -> list[str]:
    return shown(read_docx(data, of="f.docx").notes)


def body(inside: str, **parts: str) -> list[str]:
    """What is read of a document with this body, and with further parts of Word's."""
    relations = "".join(
        f'<Relationship Id="{name}" Type="{R}/{name}" Target="{name}.xml"/>' for name in parts
    )
    links = f'<Relationship Id="l1" Type="{R}/hyperlink" Target="https://exemple.fr/é" '
    relations += links + 'TargetMode="External"/>'
    rels = "http://schemas.openxmlformats.org/package/2006/relationships"
    more = {f"word/{name}.xml": wrapped(name, part) for name, part in parts.items()}
    more["word/_rels/document.xml.rels"] = (
        f'<Relationships xmlns="{rels}">{relations}</Relationships>'
    )
    return read(archived(wrapped("document", f"<w:body>{inside}</w:body>"), **more))


def wrapped(name: str, inside: str) -> str:
    return f'<w:{name} xmlns:w="{W}" xmlns:r="{R}">{inside}</w:{name}>'


def paragraph(runs: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{runs}</w:p>"


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def test_what_python_docx_writes() -> None:
    document = docx.Document()
    document.add_heading("Titre", 0)
    document.add_heading("Chapitre", 2)
    words = document.add_paragraph("un ")
    words.add_run("gras").bold = True
    words.add_run(" et fin").italic = True
    struck = words.add_run("\u00a0: non")
    struck.font.strike = True
    words.add_run().add_break()
    words.add_run("code").font.name = "Courier New"
    document.add_paragraph("a", style="List Bullet")
    document.add_paragraph("b", style="List Bullet 2")
    document.add_paragraph("c", style="List Number")
    document.add_paragraph("dit", style="Quote")
    table = document.add_table(2, 2)
    table.cell(0, 0).text = "x\ny"
    table.cell(1, 1).text = "z"
    document.add_paragraph("")
    document.add_paragraph("fin")
    assert read(saved(document)) == [
        "h1 Titre",
        "h2 Chapitre",
        "un *gras*_ et fin_~\u00a0: non~⏎`code`",
        "- a",
        "  - b",
        "1. c",
        "> dit",
        "row x⏎y|",
        "row |z",
        "fin",
    ]


@pytest.mark.parametrize(
    "style",
    [
        '<w:style w:type="paragraph" w:styleId="Titre2"><w:name w:val="heading 2"/></w:style>',
        '<w:style w:type="paragraph" w:styleId="Titre2"><w:name w:val="Titre 2"/></w:style>',
        '<w:style w:type="paragraph" w:styleId="Titre2"><w:name w:val="Mien"/>'
        '<w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>',
        '<w:style w:type="paragraph" w:styleId="A"><w:name w:val="heading 2"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="Titre2"><w:name w:val="Mien"/>'
        '<w:basedOn w:val="A"/></w:style>',
    ],
)
def test_headings_of_every_language_and_of_ones_own(style: str) -> None:
    found = body(paragraph(run("Été"), '<w:pStyle w:val="Titre2"/>'), styles=style)
    assert found == ["h2 Été"]


def test_styles_that_are_based_on_one_another_in_a_circle_end() -> None:
    style = (
        '<w:style w:type="paragraph" w:styleId="A"><w:name w:val="A"/><w:basedOn w:val="B"/>'
        '</w:style><w:style w:type="paragraph" w:styleId="B"><w:name w:val="B"/>'
        '<w:basedOn w:val="A"/></w:style>'
    )
    assert body(paragraph(run("x"), '<w:pStyle w:val="A"/>'), styles=style) == ["x"]


NUMBERING = (
    '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:numFmt w:val="bullet"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="5"><w:abstractNumId w:val="0"/></w:num>'
    '<w:num w:numId="6"><w:abstractNumId w:val="0"/></w:num>'
)


def item(text: str, level: int = 0, list: int = 5) -> str:
    return paragraph(
        run(text), f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list}"/></w:numPr>'
    )


def test_lists_have_levels_and_numbers_or_none() -> None:
    inside = item("a") + item("b", 1) + item("c") + item("d", list=6) + item("e", list=0)
    assert body(inside, numbering=NUMBERING) == ["1. a", "  - b", "1. c", "", "1. d", "e"]


def test_changes_are_read_as_accepted() -> None:
    inside = (
        paragraph(
            run("Le ")
            + f'<w:ins w:id="1">{run("nouveau ")}</w:ins>'
            + '<w:del w:id="2"><w:r><w:delText>vieux </w:delText></w:r></w:del>'
            + f'<w:moveFrom w:id="3">{run("parti ")}</w:moveFrom>'
            + f'<w:moveTo w:id="4">{run("venu ")}</w:moveTo>'
        ).replace("<w:pPr>", '<w:pPr><w:rPr><w:del w:id="5"/></w:rPr>')
        + paragraph(run("texte"))
        + '<w:tbl><w:tr><w:trPr><w:del w:id="6"/></w:trPr><w:tc><w:p/></w:tc></w:tr>'
        + f"<w:tr><w:tc>{paragraph(run('reste'))}</w:tc></w:tr></w:tbl>"
    )
    assert body(inside) == ["Le nouveau venu texte", "row reste"]


def field(instruction: str, result: str) -> str:
    def mark(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    said = f"<w:r><w:instrText>{instruction}</w:instrText></w:r>"
    return mark("begin") + said + mark("separate") + run(result) + mark("end")


def test_fields_leave_their_last_result_and_links_their_address() -> None:
    inside = paragraph(
        field(" MERGEFIELD Nom ", "Inès")
        + run(" ")
        + field(' HYPERLINK "https://exemple.fr/a" ', "ici")
        + field(' HYPERLINK "file:///etc/passwd" ', "là")
        + '<w:fldSimple w:instr=" DATE ">'
        + run(" le 3")
        + "</w:fldSimple>"
        + f'<w:hyperlink r:id="l1">{run(" lien")}</w:hyperlink>'
        + f'<w:hyperlink w:anchor="x">{run(" ancre")}</w:hyperlink>'
    )
    assert body(inside) == [
        "Inès ici<https://exemple.fr/a>là le 3 lien<https://exemple.fr/é> ancre"
    ]


def test_footnotes_and_endnotes_stand_where_they_are_called() -> None:
    inside = paragraph(
        run("a")
        + '<w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:endnoteReference w:id="1"/></w:r>'
        + '<w:r><w:footnoteReference w:id="9"/></w:r>'
    )
    notes = f'<w:footnote w:id="2">{paragraph(run("bas"))}{paragraph(run("suite"))}</w:footnote>'
    ends = f'<w:endnote w:id="1">{paragraph(run("fin"))}</w:endnote>'
    assert body(inside, footnotes=notes, endnotes=ends) == ["a[^bas\nsuite][^fin]"]


def test_formats_of_runs_and_of_their_styles() -> None:
    styles = (
        '<w:style w:type="character" w:styleId="Strong"><w:name w:val="Strong"/>'
        "<w:rPr><w:b/></w:rPr></w:style>"
    )
    inside = paragraph(
        run("a", '<w:rStyle w:val="Strong"/>')
        + run("b", '<w:rStyle w:val="Strong"/><w:b w:val="0"/><w:i/>')
        + run("c", '<w:b w:val="false"/><w:dstrike/>')
        + run("secret", "<w:vanish/>")
        + '<w:r><w:t>d</w:t><w:tab/><w:t>e</w:t><w:noBreakHyphen/><w:br w:type="page"/></w:r>'
    )
    assert body(inside, styles=styles) == ["*a*_b_~c~d\te\u2011"]


def test_pictures_leave_their_words_and_text_boxes_theirs() -> None:
    wp = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    box = f"<w:txbxContent>{paragraph(run('encadré'))}</w:txbxContent>"
    inside = paragraph(
        f'<w:r><w:drawing><x:docPr xmlns:x="{wp}" descr="Une carte"/></w:drawing></w:r>'
        f'<w:r><m:AlternateContent xmlns:m="{mc}"><m:Choice><w:drawing>{box}</w:drawing>'
        f"</m:Choice><m:Fallback><w:pict>{box}</w:pict></m:Fallback></m:AlternateContent></w:r>"
    )
    assert body(inside) == ["Une carte", "encadré"]


def test_a_table_of_contents_is_left_out() -> None:
    styles = '<w:style w:type="paragraph" w:styleId="TM1"><w:name w:val="toc 1"/></w:style>'
    part = '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/>'
    part += f"</w:docPartObj></w:sdtPr><w:sdtContent>{paragraph(run('a'))}</w:sdtContent></w:sdt>"
    inside = part + paragraph(run("b"), '<w:pStyle w:val="TM1"/>') + paragraph(run("c"))
    assert body(inside, styles=styles) == ["c"]


@pytest.mark.parametrize(
    "parts",
    [
        {"[Content_Types].xml": "<Types/>", "_rels/.rels": "<a/>"},
        {"[Content_Types].xml": "<Types/>"},
        {},
    ],
)
def test_an_archive_without_a_document_is_said(parts: Any) -> None:
    with pytest.raises(BadInput, match=r"f\.docx is no document"):
        read(zipped(parts))
