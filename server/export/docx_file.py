"""A document as a DOCX: the parts that are the same in all of them, and the archive. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from server.export.archive import archived
from server.export.docx import BULLETS, NUMBERS, STEP, TASKS, Parts, docx
from server.export.labels import labels
from server.export.nodes import Document
from server.export.office import DEEPEST, About, xml

_XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OPC: Final = "http://schemas.openxmlformats.org/package/2006"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_W: Final = (
    f'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="{_OFFICE}"'
)
_KIND: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_SIZES: Final = (32, 28, 25, 23, 22, 22)
"""Of headings, in half points."""


def docx_file(document: Document, about: About) -> bytes:
    """The whole file."""
    parts = docx(document, labels(about.language))
    return archived(
        [
            ("[Content_Types].xml", _XML + _TYPES),
            ("_rels/.rels", _XML + _relations(_ROOT, ())),
            ("docProps/core.xml", _XML + _core(about)),
            ("word/document.xml", _XML + _document(parts)),
            ("word/_rels/document.xml.rels", _XML + _relations(_MAIN, parts.links)),
            ("word/styles.xml", _XML + _styles(about)),
            ("word/numbering.xml", _XML + _numbering(parts)),
            ("word/settings.xml", _XML + _SETTINGS),
            ("word/footnotes.xml", _XML + _footnotes(parts)),
            ("word/_rels/footnotes.xml.rels", _XML + _relations((), parts.footnote_links)),
            ("word/header.xml", _XML + _header(about)),
            ("word/footer.xml", _XML + _FOOTER),
        ]
    )


_PARTS: Final = (
    ("document", "document.main"),
    ("styles", "styles"),
    ("numbering", "numbering"),
    ("settings", "settings"),
    ("footnotes", "footnotes"),
    ("header", "header"),
    ("footer", "footer"),
)
_TYPES: Final = (
    f'<Types xmlns="{_OPC}/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    + "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_KIND}.{kind}+xml"/>'
        for name, kind in _PARTS
    )
    + '<Override PartName="/docProps/core.xml" '
    'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
)
_ROOT: Final = (
    ("document", f"{_OFFICE}/officeDocument", "word/document.xml"),
    ("core", f"{_OPC}/relationships/metadata/core-properties", "docProps/core.xml"),
)
_MAIN: Final = tuple((name, f"{_OFFICE}/{name}", f"{name}.xml") for name, _ in _PARTS[1:])
_SETTINGS: Final = (
    f'<w:settings {_W}><w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/>'
    '<w:footnotePr><w:footnote w:id="-1"/><w:footnote w:id="0"/></w:footnotePr>'
    '<w:compat><w:compatSetting w:name="compatibilityMode" '
    'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>'
)


def _field(name: str) -> str:
    return f'<w:fldSimple w:instr=" {name} "><w:r><w:t>1</w:t></w:r></w:fldSimple>'


_FOOTER: Final = (
    f'<w:ftr {_W}><w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>{_field("PAGE")}'
    f'<w:r><w:t xml:space="preserve"> / </w:t></w:r>{_field("NUMPAGES")}</w:p></w:ftr>'
)


def _header(about: About) -> str:
    said = f'<w:r><w:t xml:space="preserve">{xml(about.header)}</w:t></w:r>'
    return f'<w:hdr {_W}><w:p><w:pPr><w:pStyle w:val="Header"/></w:pPr>{said}</w:p></w:hdr>'


def _relations(fixed: Iterable[tuple[str, str, str]], links: Sequence[str]) -> str:
    inside = "".join(
        f'<Relationship Id="{name}" Type="{kind}" Target="{target}"/>'
        for name, kind, target in fixed
    )
    inside += "".join(
        f'<Relationship Id="link{at}" Type="{_OFFICE}/hyperlink" Target="{xml(link)}" '
        'TargetMode="External"/>'
        for at, link in enumerate(links, start=1)
    )
    return f'<Relationships xmlns="{_OPC}/relationships">{inside}</Relationships>'


def _core(about: About) -> str:
    fields = [
        f"<dc:title>{xml(about.title)}</dc:title>",
        f"<dc:creator>{xml(about.author)}</dc:creator>" if about.author else "",
        f"<dc:description>{xml(about.description)}</dc:description>" if about.description else "",
        f"<dc:language>{xml(_tag(about))}</dc:language>",
    ]
    if about.date:
        fields.append(
            '<dcterms:created xsi:type="dcterms:W3CDTF">'
            f"{xml(about.date)}T00:00:00Z</dcterms:created>"
        )
    return (
        f'<cp:coreProperties xmlns:cp="{_OPC}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"{''.join(fields)}</cp:coreProperties>"
    )


def _tag(about: About) -> str:
    return "-".join(filter(None, about.locale))


def _document(parts: Parts) -> str:
    page = (
        '<w:sectPr><w:headerReference w:type="default" r:id="header"/>'
        '<w:footerReference w:type="default" r:id="footer"/><w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" w:header="567" '
        'w:footer="567" w:gutter="0"/></w:sectPr>'
    )
    return f"<w:document {_W}><w:body>{parts.body}{page}</w:body></w:document>"


def _footnotes(parts: Parts) -> str:
    kinds = ((-1, "separator"), (0, "continuationSeparator"))
    lines = "".join(
        f'<w:footnote w:type="{kind}" w:id="{at}"><w:p><w:r><w:{kind}/></w:r></w:p></w:footnote>'
        for at, kind in kinds
    )
    return f"<w:footnotes {_W}>{lines}{parts.footnotes}</w:footnotes>"


def _numbering(parts: Parts) -> str:
    kinds = ((BULLETS, "bullet", "•◦▪"), (NUMBERS, "decimal", ""), (TASKS, "none", ""))
    kept = "".join(_levels(number, kind, signs) for number, kind, signs in kinds)
    lists = "".join(
        f'<w:num w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>'
        for number, _, _ in kinds
    )
    return f"<w:numbering {_W}>{kept}{lists}{parts.numbers}</w:numbering>"


def _levels(number: int, kind: str, signs: str) -> str:
    levels = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>'
        + ('<w:suff w:val="nothing"/>' if kind == "none" else "")
        + f'<w:lvlText w:val="{_sign(at, kind, signs)}"/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:ind w:left="{(at + 1) * STEP}" w:hanging="{STEP}"/></w:pPr></w:lvl>'
        for at in range(9)
    )
    return (
        f'<w:abstractNum w:abstractNumId="{number}"><w:multiLevelType w:val="hybridMultilevel"/>'
        f"{levels}</w:abstractNum>"
    )


def _sign(at: int, kind: str, signs: str) -> str:
    if kind == "decimal":
        return f"%{at + 1}."
    return signs[at % len(signs)] if signs else ""


def _styles(about: About) -> str:
    language = (
        f'<w:lang w:val="{xml(_tag(about))}" w:eastAsia="{xml(_tag(about))}" w:bidi="ar-SA"/>'
    )
    defaults = (
        '<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Arial" w:hAnsi="Arial" '
        'w:eastAsia="Arial" w:cs="Arial"/><w:sz w:val="21"/><w:szCs w:val="21"/>'
        f"{language}</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:widowControl/></w:pPr></w:pPrDefault></w:docDefaults>"
    )
    headings = "".join(
        _style(
            f"Heading{at}",
            f"heading {at}",
            f"<w:keepNext/><w:keepLines/>{_LINE_ABOVE if at == 1 else ''}"
            f'<w:spacing w:before="{360 - 40 * at}" w:after="80"/>'
            f'<w:outlineLvl w:val="{at - 1}"/>',
            f'<w:b/><w:bCs/><w:sz w:val="{_SIZES[at - 1]}"/><w:szCs w:val="{_SIZES[at - 1]}"/>',
            after="BodyText",
        )
        for at in range(1, DEEPEST + 1)
    )
    contents = "".join(
        _style(
            f"TOC{at}",
            f"toc {at}",
            f'<w:spacing w:before="{60 if at == 1 else 0}"/><w:ind w:left="{(at - 1) * STEP}"/>',
        )
        for at in range(1, DEEPEST + 1)
    )
    return f"<w:styles {_W}>{defaults}{_FIXED}{headings}{contents}</w:styles>"


def _style(name: str, said: str, paragraph: str = "", run: str = "", *, after: str = "") -> str:
    return (
        f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{said}"/>'
        '<w:basedOn w:val="Normal"/>'
        + (f'<w:next w:val="{after}"/>' if after else "")
        + f"<w:qFormat/><w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
    )


def _character(name: str, said: str, run: str) -> str:
    return (
        f'<w:style w:type="character" w:styleId="{name}"><w:name w:val="{said}"/>'
        f"<w:rPr>{run}</w:rPr></w:style>"
    )


_LINE_ABOVE: Final = (
    '<w:pBdr><w:top w:val="single" w:sz="8" w:space="6" w:color="000000"/></w:pBdr>'
)
_MONO: Final = '<w:rFonts w:ascii="Courier New" w:hAnsi="Courier New" w:cs="Courier New"/>'
_GREY: Final = '<w:color w:val="595959"/>'
_SPACED: Final = '<w:spacing w:after="120" w:line="264" w:lineRule="auto"/>'
_TABLE_SIZE: Final = '<w:sz w:val="20"/><w:szCs w:val="20"/>'
_EDGES: Final = ("top", "left", "bottom", "right", "insideH", "insideV")
_GRID: Final = "".join(
    f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="808080"/>' for edge in _EDGES
)
_FIXED: Final = (
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
    '<w:qFormat/></w:style><w:style w:type="table" w:default="1" w:styleId="TableNormal">'
    '<w:name w:val="Normal Table"/><w:tblPr><w:tblCellMar><w:top w:w="45" w:type="dxa"/>'
    '<w:left w:w="108" w:type="dxa"/><w:bottom w:w="45" w:type="dxa"/>'
    '<w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
    + _style(
        "Title",
        "Title",
        '<w:spacing w:after="120"/>',
        '<w:b/><w:bCs/><w:sz w:val="44"/><w:szCs w:val="44"/>',
        after="BodyText",
    )
    + _style(
        "Subtitle",
        "Subtitle",
        '<w:spacing w:after="160"/>',
        _GREY + '<w:sz w:val="26"/><w:szCs w:val="26"/>',
        after="BodyText",
    )
    + _style("BodyText", "Body Text", _SPACED)
    + _style("ListParagraph", "List Paragraph", f"{_SPACED}<w:contextualSpacing/>")
    + _style("Facts", "Facts", '<w:keepNext/><w:spacing w:after="20"/>', _GREY)
    + _style("LastFact", "Last Fact", '<w:spacing w:after="120"/>', _GREY)
    + _style(
        "Label",
        "Label",
        '<w:keepNext/><w:spacing w:before="200" w:after="60"/>',
        '<w:b/><w:bCs/><w:caps/><w:color w:val="404040"/><w:spacing w:val="16"/>'
        '<w:sz w:val="17"/><w:szCs w:val="17"/>',
    )
    + _style("Quote", "Quote", _SPACED, "<w:i/><w:iCs/>")
    + _style("Late", "Late contribution", _SPACED)
    + _style(
        "Code",
        "Code",
        '<w:shd w:val="clear" w:color="auto" w:fill="F2F2F2"/><w:spacing w:after="120"/>',
        _MONO + '<w:sz w:val="19"/>',
    )
    + _style(
        "Rule",
        "Horizontal Line",
        '<w:pBdr><w:bottom w:val="single" w:sz="6" w:space="1" w:color="808080"/></w:pBdr>'
        '<w:spacing w:after="200"/>',
    )
    + _style("TableHeading", "Table Heading", "<w:keepNext/>", f"<w:b/><w:bCs/>{_TABLE_SIZE}")
    + _style("TableContents", "Table Contents", run=_TABLE_SIZE)
    + _style("AfterTable", "After Table", '<w:spacing w:line="120" w:lineRule="exact"/>')
    + _style("TOCHeading", "TOC Heading", '<w:spacing w:before="240" w:after="80"/>', "<w:b/>")
    + _style("FootnoteText", "footnote text", "", '<w:sz w:val="18"/>')
    + _style("Header", "header", '<w:spacing w:after="160"/>', _GREY + '<w:sz w:val="18"/>')
    + _style("Footer", "footer", '<w:jc w:val="center"/>', _GREY + '<w:sz w:val="18"/>')
    + _character("FootnoteReference", "footnote reference", '<w:vertAlign w:val="superscript"/>')
    + _character("Hyperlink", "Hyperlink", '<w:color w:val="0B57A4"/><w:u w:val="single"/>')
    + _character("CodeCharacters", "Code Characters", _MONO)
    + '<w:style w:type="table" w:styleId="TableGrid"><w:name w:val="Table Grid"/>'
    f'<w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>{_GRID}</w:tblBorders></w:tblPr>'
    "</w:style>"
)
