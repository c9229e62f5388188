"""A document as an ODT: the parts that are the same in all of them, and the archive. Pure."""

from __future__ import annotations

from typing import Final

from server.export.archive import archived
from server.export.labels import labels
from server.export.nodes import Document
from server.export.odt import MARKS, Body, odt
from server.export.office import DEEPEST, About, xml

_XML: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_TYPE: Final = "application/vnd.oasis.opendocument.text"
_ODF: Final = "urn:oasis:names:tc:opendocument:xmlns"
_NAMES: Final = " ".join(
    [
        *(
            f'xmlns:{name}="{_ODF}:{name}:1.0"'
            for name in ("office", "style", "text", "table", "meta")
        ),
        f'xmlns:fo="{_ODF}:xsl-fo-compatible:1.0"',
        'xmlns:xlink="http://www.w3.org/1999/xlink"',
        'xmlns:dc="http://purl.org/dc/elements/1.1/"',
        'office:version="1.2"',
    ]
)
_SIZES: Final = ("16pt", "14pt", "12.5pt", "11.5pt", "11pt", "11pt")
_LEVELS: Final = 10


def odt_file(document: Document, about: About) -> bytes:
    """The whole file. The type stands first and as it is, so that others know the file by it."""
    body = odt(document, labels(about.language))
    return archived(
        [
            ("mimetype", _TYPE),
            ("content.xml", _XML + _content(body)),
            ("styles.xml", _XML + _styles(about)),
            ("meta.xml", _XML + _meta(about)),
            ("META-INF/manifest.xml", _XML + _MANIFEST),
        ]
    )


_MANIFEST: Final = (
    f'<manifest:manifest xmlns:manifest="{_ODF}:manifest:1.0" manifest:version="1.2">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_TYPE}" '
    'manifest:version="1.2"/>'
    + "".join(
        f'<manifest:file-entry manifest:full-path="{name}.xml" manifest:media-type="text/xml"/>'
        for name in ("content", "styles", "meta")
    )
    + "</manifest:manifest>"
)


def _content(body: Body) -> str:
    marks = "".join(_marks(name) for name in MARKS if name)
    columns = "".join(
        f'<style:style style:name="Column{width}" style:family="table-column">'
        f'<style:table-column-properties style:rel-column-width="{width}*"/></style:style>'
        for width in body.columns
    )
    table = "".join(
        f'<style:style style:name="{name}" style:family="table"><style:table-properties '
        'style:rel-width="100%" table:align="margins" table:border-model="collapsing" '
        f'fo:margin-left="{left}cm" fo:margin-bottom="0.3cm"/></style:style>'
        for name, left in (("Table", 0), ("Inset_20_Table", 0.6))
    )
    table += (
        '<style:style style:name="Cell" style:family="table-cell"><style:table-cell-properties '
        'fo:padding="0.1cm" fo:border="0.5pt solid #808080"/></style:style>'
        '<style:style style:name="Row" style:family="table-row"><style:table-row-properties '
        'fo:keep-together="always"/></style:style>'
    )
    return (
        f"<office:document-content {_NAMES}>"
        f"<office:automatic-styles>{marks}{columns}{table}</office:automatic-styles>"
        f"<office:body><office:text>{body.text}</office:text></office:body>"
        "</office:document-content>"
    )


def _marks(name: str) -> str:
    said = {
        "B": 'fo:font-weight="bold"',
        "I": 'fo:font-style="italic"',
        "S": 'style:text-line-through-style="solid" style:text-line-through-type="single"',
        "C": 'fo:font-family="\'Courier New\'" style:font-family-generic="modern"',
    }
    return (
        f'<style:style style:name="{name}" style:family="text">'
        f"<style:text-properties {' '.join(said[letter] for letter in name)}/></style:style>"
    )


def _meta(about: About) -> str:
    fields = [
        f"<dc:title>{xml(about.title)}</dc:title>",
        f"<dc:description>{xml(about.description)}</dc:description>" if about.description else "",
        f"<meta:initial-creator>{xml(about.author)}</meta:initial-creator>" if about.author else "",
        f"<meta:creation-date>{xml(about.date)}T00:00:00</meta:creation-date>"
        if about.date
        else "",
        f"<dc:creator>{xml(about.author)}</dc:creator>" if about.author else "",
        f"<dc:language>{xml('-'.join(filter(None, about.locale)))}</dc:language>",
    ]
    inside = f"<office:meta>{''.join(fields)}</office:meta>"
    return f"<office:document-meta {_NAMES}>{inside}</office:document-meta>"


def _styles(about: About) -> str:
    language, country = about.locale
    default = (
        '<style:default-style style:family="paragraph"><style:paragraph-properties '
        'fo:orphans="2" fo:widows="2"/><style:text-properties '
        'fo:font-family="Arial, \'Liberation Sans\', sans-serif" fo:font-size="10.5pt" '
        f'fo:language="{xml(language)}" fo:country="{xml(country) or "none"}"/>'
        "</style:default-style>"
    )
    headings = "".join(
        _style(
            f"Heading_20_{at}",
            f'fo:margin-top="{0.5 - 0.05 * at:.2f}cm" fo:margin-bottom="0.15cm" '
            f'fo:keep-with-next="always" {_LINE_ABOVE if at == 1 else ""}',
            f'fo:font-weight="bold" fo:font-size="{_SIZES[at - 1]}"',
            outline=at,
        )
        for at in range(1, DEEPEST + 1)
    )
    contents = "".join(
        _style(
            f"Contents_20_{at}",
            f'fo:margin-left="{0.6 * (at - 1):.1f}cm" fo:margin-top="{0.1 if at == 1 else 0}cm"',
            inside=_tab(at),
        )
        for at in range(1, DEEPEST + 1)
    )
    footnotes = (
        '<text:notes-configuration text:note-class="footnote" style:num-format="1" '
        'style:num-suffix=" " text:citation-style-name="Footnote_20_Symbol" '
        'text:citation-body-style-name="Footnote_20_Anchor" '
        'text:start-numbering-at="document" text:footnotes-position="page"/>'
    )
    lists = "".join(
        _list_style(name, inset)
        for name in ("Bullets", "Numbers", "Tasks")
        for inset in (False, True)
    )
    return (
        f"<office:document-styles {_NAMES}><office:styles>{default}{_FIXED}{headings}{contents}"
        f"{lists}{footnotes}</office:styles><office:automatic-styles>{_PAGE}"
        f"</office:automatic-styles><office:master-styles>{_master(about)}</office:master-styles>"
        "</office:document-styles>"
    )


_PAGE: Final = (
    '<style:page-layout style:name="Page"><style:page-layout-properties fo:page-width="21cm" '
    'fo:page-height="29.7cm" fo:margin-top="1.2cm" fo:margin-bottom="1.2cm" '
    'fo:margin-left="2cm" fo:margin-right="2cm"/><style:header-style>'
    '<style:header-footer-properties fo:min-height="0.8cm" fo:margin-bottom="0.3cm"/>'
    "</style:header-style><style:footer-style>"
    '<style:header-footer-properties fo:min-height="0.8cm" fo:margin-top="0.3cm"/>'
    "</style:footer-style></style:page-layout>"
)


def _master(about: About) -> str:
    number = "<text:page-number>1</text:page-number> / <text:page-count>1</text:page-count>"
    return (
        '<style:master-page style:name="Standard" style:page-layout-name="Page">'
        f'<style:header><text:p text:style-name="Header">{xml(about.header)}</text:p>'
        f'</style:header><style:footer><text:p text:style-name="Footer">{number}</text:p>'
        "</style:footer></style:master-page>"
    )


def _list_style(name: str, inset: bool) -> str:
    begin = "Inset_20_" if inset else ""
    return (
        f'<text:list-style style:name="{begin}{name}" '
        f'style:display-name="{begin.replace("_20_", " ")}{name}">'
        + "".join(_level(name, at, at + inset) for at in range(1, _LEVELS + 1))
        + "</text:list-style>"
    )


def _level(name: str, at: int, steps: int) -> str:
    kind = f'text:level="{at}"'
    place = (
        '<style:list-level-properties text:list-level-position-and-space-mode="label-alignment">'
        f'<style:list-level-label-alignment text:label-followed-by="{_FOLLOWED[name]}" '
        f'fo:text-indent="-0.6cm" fo:margin-left="{0.6 * steps:.1f}cm"/>'
        "</style:list-level-properties>"
    )
    if name == "Bullets":
        sign = "•◦▪"[(at - 1) % 3]
        return (
            f'<text:list-level-style-bullet {kind} text:bullet-char="{sign}">{place}'
            "</text:list-level-style-bullet>"
        )
    format = 'style:num-format="1" style:num-suffix="."' if name == "Numbers" else _NONE
    return f"<text:list-level-style-number {kind} {format}>{place}</text:list-level-style-number>"


_NONE: Final = 'style:num-format=""'
_FOLLOWED: Final = {"Bullets": "listtab", "Numbers": "listtab", "Tasks": "nothing"}


def _style(
    name: str, paragraph: str = "", text: str = "", *, outline: int = 0, inside: str = ""
) -> str:
    level = f' style:default-outline-level="{outline}"' if outline else ""
    return (
        f'<style:style style:name="{name}" style:display-name="{name.replace("_20_", " ")}" '
        f'style:family="paragraph" style:parent-style-name="Standard"{level}>'
        f"<style:paragraph-properties {paragraph}>{inside}</style:paragraph-properties>"
        f"<style:text-properties {text}/></style:style>"
    )


def _tab(at: int) -> str:
    """At the right margin, from an indent."""
    return (
        f'<style:tab-stops><style:tab-stop style:position="{17 - 0.6 * (at - 1):.1f}cm" '
        'style:type="right" style:leader-style="dotted" style:leader-text="."/></style:tab-stops>'
    )


def _raised(name: str) -> str:
    return (
        f'<style:style style:name="{name}" style:display-name="{name.replace("_20_", " ")}" '
        'style:family="text"><style:text-properties style:text-position="super 58%"/>'
        "</style:style>"
    )


_GREY: Final = 'fo:color="#595959"'
_SMALL: Final = f'{_GREY} fo:font-size="9pt"'
_LINE_ABOVE: Final = (
    'fo:padding-top="0.25cm" fo:border-top="1pt solid #000000" fo:border-bottom="none" '
    'fo:border-left="none" fo:border-right="none" style:join-border="false"'
)
_LABEL: Final = (
    'fo:font-weight="bold" fo:font-size="8.5pt" fo:text-transform="uppercase" '
    'fo:letter-spacing="0.03cm" fo:color="#404040"'
)
_ALONE: Final = 'fo:border-right="none" fo:border-top="none" fo:border-bottom="none"'
_LATE: Final = f'fo:padding-left="0.3cm" fo:border-left="1.5pt double #808080" {_ALONE}'
_QUOTED: Final = f'fo:padding-left="0.3cm" fo:border-left="1pt solid #808080" {_ALONE}'
_INDENT: Final = 'fo:margin-left="0.6cm" fo:margin-bottom="0.2cm"'
_FIXED: Final = (
    '<style:style style:name="Standard" style:family="paragraph" style:class="text"/>'
    + _style("Title", 'fo:margin-bottom="0.2cm"', 'fo:font-weight="bold" fo:font-size="22pt"')
    + _style("Subtitle", 'fo:margin-bottom="0.3cm"', f'{_GREY} fo:font-size="13pt"')
    + _style("Text_20_body", 'fo:margin-bottom="0.2cm" fo:line-height="110%"')
    + _style(
        "List_20_Contents",
        'fo:margin-bottom="0.2cm" fo:line-height="110%" style:contextual-spacing="true"',
    )
    + _style("Facts", 'fo:margin-bottom="0.03cm" fo:keep-with-next="always"', _GREY)
    + _style("Last_20_Fact", 'fo:margin-bottom="0.2cm"', _GREY)
    + _style(
        "Label",
        'fo:margin-top="0.35cm" fo:margin-bottom="0.1cm" fo:keep-with-next="always"',
        _LABEL,
    )
    + _style("Quotations", f"{_QUOTED} {_INDENT}", 'fo:font-style="italic"')
    + _style("Quoted_20_Item", f'{_QUOTED} fo:margin-bottom="0.2cm"', 'fo:font-style="italic"')
    + _style("Late", f"{_LATE} {_INDENT}")
    + _style("Late_20_Item", f'{_LATE} fo:margin-bottom="0.2cm" style:contextual-spacing="true"')
    + _style(
        "Late_20_Label",
        f'{_LATE} {_INDENT} fo:margin-top="0.4cm" fo:keep-with-next="always"',
        _LABEL,
    )
    + _style(
        "Preformatted_20_Text",
        'fo:margin-bottom="0.2cm" fo:background-color="#f2f2f2"',
        'fo:font-family="\'Courier New\'" fo:font-size="9.5pt"',
    )
    + _style(
        "Horizontal_20_Line",
        'fo:margin-bottom="0.3cm" fo:border-bottom="0.5pt solid #808080" fo:border-top="none" '
        'fo:border-left="none" fo:border-right="none"',
    )
    + _style(
        "Table_20_Heading",
        'fo:keep-with-next="always"',
        'fo:font-weight="bold" fo:font-size="10pt"',
    )
    + _style("Table_20_Contents", "", 'fo:font-size="10pt"')
    + _style(
        "Contents_20_Heading",
        'fo:margin-top="0.4cm" fo:margin-bottom="0.1cm"',
        'fo:font-weight="bold"',
    )
    + _style("Footnote", "", 'fo:font-size="9pt"')
    + _style("Header", "", _SMALL)
    + _style("Footer", 'fo:text-align="center"', _SMALL)
    + '<style:style style:name="Index_20_Link" style:display-name="Index Link" '
    'style:family="text"/>' + _raised("Footnote_20_Symbol") + _raised("Footnote_20_Anchor")
)
