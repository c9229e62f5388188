"""HTML says what the note says, in elements that mean it, with ids that stay (X1, X3 to X5, A6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib
import pytest
from hypothesis import given

from server.days.documents import reading_style
from server.export.day import ExportDay, ExportItem, ExportLate, ExportNote, ExportSection
from server.export.html import html
from server.export.html_files import day_html, note_html, section_html
from server.export.labels import FRENCH
from server.export.lines import Cell, Footnote, Line, Marks, Span, lines
from server.export.nodes import Document
from server.export.reader import read
from server.export.tree import tree
from tests.export.test_day import DAY, LOCKED, OPEN, note
from tests.export.test_fuzz import slow_start
from tests.export.typed import documents

STYLE = "p { color: red }"
NASTY = "</title></script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&amp;"
SAFE = {
    *("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code", "hr"),
    *("div", "table", "thead", "tbody", "tr", "th", "td", "a", "strong", "em", "s", "br", "sup"),
    *("span", "section"),
}


def parsed(text: str) -> Element:
    """The page as a browser reads it. A page that HTML's grammar finds fault with is an error."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    return parser.parse(text)


def body(written_lines: list[Line]) -> Element:
    written = html(tree(written_lines).children, FRENCH, anchor="n-1", under=(0,)).body
    return parsed(f"<!doctype html><title>t</title><body>{written}")[1]


def words(element: Element) -> str:
    return "".join(element.itertext())


def all_of(element: Element, name: str) -> list[Element]:
    return list(element.iter(name))


def levels(element: Element) -> list[int]:
    return [int(one.tag[1]) for one in element.iter() if re.fullmatch("h[1-6]", str(one.tag))]


def one_line(*spans: Span | str) -> list[Line]:
    return [Line(spans=tuple(Span(one) if isinstance(one, str) else one for one in spans))]


@pytest.mark.promise("X5")
def test_every_kind_of_block_is_the_element_that_means_it() -> None:
    text = (
        "# A\n\nun **gras**, *fin*, ~~non~~, `code`  \nligne[^1]\n\n- un\n  1. deux\n- trois\n\n"
        "- [x] fait\n- [ ] à faire\n\n> dit\n\n```py\n\n  a < b\n```\n\n| a | b |\n|---|---|\n"
        "| c | d |\n\n___\n\n[^1]: bas"
    )
    found = body(read(text))
    assert [words(one) for one in all_of(found, "h2")] == ["A"]
    for name, said in (("strong", "gras"), ("em", "fin"), ("s", "non")):
        assert [words(one) for one in all_of(found, name)] == [said]
    assert words(all_of(found, "pre")[0]) == "\n  a < b"
    assert [words(one) for one in all_of(found, "th")] == ["a", "b"]
    assert [words(one) for one in all_of(found, "td")] == ["c", "d"]
    assert [one.get("aria-label") for one in all_of(found, "span")] == ["Fait", "À faire"]
    assert words(all_of(found, "blockquote")[0]).strip() == "dit"
    assert all_of(found, "hr")
    [inner] = [one for one in all_of(found, "li") if one.find("ol") is not None]
    assert inner.text == "un"
    assert "input" not in {one.tag for one in found.iter()}


def test_a_footnote_and_its_call_lead_to_each_other() -> None:
    found = body(one_line("un", Span(Footnote("bas\nde page"))))
    ids = {one.get("id"): one for one in found.iter() if one.get("id")}
    call, back = all_of(found, "a")
    for link, there in ((call, "li"), (back, "sup")):
        assert ids[str(link.get("href"))[1:]].tag == there
    assert words(ids["n-1-fn-1"]).startswith("basde page")
    assert all_of(ids["n-1-fn-1"], "br")


def test_levels_of_headings_leave_none_out() -> None:
    found = body(read("### C\n\n### C\n\n# A\n\n###### F\n\n## B"))
    assert levels(found) == [2, 2, 2, 3, 3]


def test_an_id_stays_when_other_headings_change() -> None:
    before = html(tree(read("# Un\n\n# Deux\n\n# Deux")).children, FRENCH, anchor="n-1")
    after = html(tree(read("# Zéro\n\n# Autre\n\n# Deux\n\n# Deux")).children, FRENCH, anchor="n-1")
    old = {one.anchor for one in before.entries}
    assert old == {"n-1-h-un", "n-1-h-deux", "n-1-h-deux.2"}
    assert {one.anchor for one in after.entries} & old == {"n-1-h-deux", "n-1-h-deux.2"}


@pytest.mark.promise("X4")
def test_french_keeps_every_character() -> None:
    said = "« Vraiment\u202f? »\u00a0: 2\u202f400\u00a0€, les salarié·e·s, acteur.rice.s, l’œuvre"
    assert words(body(one_line(said))[0]) == said


@pytest.mark.promise("A6")
@pytest.mark.parametrize("kind", ["paragraph", "h1", "bullet", "task", "code", "row"])
def test_what_is_typed_is_never_an_element(kind: str) -> None:
    marks = Marks(bold=True, link=f"https://example.org/{NASTY}")
    spans = (Span(NASTY, marks), Span(Cell()), Span(Footnote(NASTY)), Span(NASTY))
    found = body([Line(kind=kind, lang="py", spans=spans)])  # type: ignore[arg-type]
    assert {one.tag for one in found.iter()} <= {"body", *SAFE}
    assert words(found).count(NASTY) == 3
    for link in all_of(found, "a"):
        assert re.match(r"#|https://example\.org/", str(link.get("href")))


def test_a_link_goes_only_where_a_note_may_point() -> None:
    for href in ("javascript:alert(1)", "data:text/html,x", " java\tscript:x", "file:///etc"):
        # As a client may have written it.
        found = body(lines([("là", {"link": href}), ("\n", {})]))
        assert all_of(found, "a") == [], href
    [link] = all_of(body(one_line(Span("ici", Marks(link="https://example.org/?a=1&b=2")))), "a")
    assert link.get("href") == "https://example.org/?a=1&b=2"
    assert "noopener" in str(link.get("rel"))


@pytest.mark.promise("A6", "X4")
@given(documents)
@slow_start
def test_whatever_people_write_is_read_back(typed: list[Line]) -> None:
    document = tree(typed)
    found = body(typed)
    assert {one.tag for one in found.iter()} <= {"body", *SAFE}
    at = 0
    said = squeezed(words(found))
    for part in texts(document):
        place = said.find(squeezed(part), at)
        assert place >= 0, part
        at = place + len(squeezed(part))
    ids = [one.get("id") for one in found.iter() if one.get("id")]
    assert len(ids) == len(set(ids))


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def texts(document: Document) -> Iterator[str]:
    """The words of a document in their order, footnotes left out."""

    def of(value: object) -> Iterator[str]:
        match value:
            case tuple():
                for one in value:
                    yield from of(one)
            case object(text=str(text)) if type(value).__name__ in ("Text", "Code", "CodeBlock"):
                yield text
            case object(items=tuple(inside)) | object(rows=tuple(inside)):
                yield from of(inside)
            case object(inline=tuple(inside)) | object(children=tuple(inside)):
                yield from of(inside)

    yield from of(document.children)


@pytest.mark.promise("X1", "X5")
@pytest.mark.parametrize("part", ["all", "notes", "conclusions"])
def test_a_day_is_whole_and_in_the_order_of_its_programme(part: str) -> None:
    page = parsed(day_html(DAY, part, style=STYLE))  # type: ignore[arg-type]
    text = words(page[1])
    titles = ["Vivre # ensemble", "Rencontres", "Le garage", "La cantine", "Vote", "Débats"]
    titles += ["Se loger", "Conclusion de la journée", "Récapitulatif"]
    headings = [words(one) for one in page.iter() if re.fullmatch("h[123]", str(one.tag))]
    assert headings == titles
    assert ("mécanicien" in text) == (part != "conclusions")
    assert ("deuxième" in text) == (part != "notes")
    said = "Verrouillée à 12\u00a0h\u00a015 par Léa *Morel*\u00a0: synthèse faite"
    assert f"État\u00a0: {said}" in text
    [late] = [one for one in page.iter("div") if one.get("class") == "late"]
    assert words(late).startswith("Contribution tardive\u00a0: Idriss")
    assert "Et une grue" in words(late)
    assert "Et une grue" not in text.replace(words(late), "")
    assert [level for level in levels(page) if level == 1] == [1]


@pytest.mark.promise("X3", "X5")
def test_a_file_needs_nothing_and_is_the_same_each_time() -> None:
    style = reading_style()
    assert "<" not in style
    assert "url(" not in style
    for text in (
        day_html(DAY, "all", style=style),
        section_html(DAY, DAY.sections[0], "all", style=style),
        note_html(DAY, LOCKED, "all", style=style),
        note_html(DAY, DAY.conclusion, "all", style=style),
    ):
        page = parsed(text)
        assert page.get("lang") == "fr"
        for loading in ("script", "link", "img", "iframe", "object", "base", "form"):
            assert not all_of(page, loading)
        assert not [one for one in page.iter() if one.get("style") or one.get("src")]
        assert levels(page)[0] == 1
        assert all(
            later - earlier < 2
            for earlier, later in zip(levels(page), levels(page)[1:], strict=False)
        )
        links = [str(one.get("href")) for one in page.iter("a")]
        ids = {one.get("id") for one in page.iter()}
        assert [link for link in links if link.startswith("#") and link[1:] not in ids] == []
    assert day_html(DAY, "all", style=style) == day_html(replace(DAY), "all", style=style)


def test_the_contents_name_sections_items_and_lead_to_them() -> None:
    page = parsed(day_html(DAY, "all", style=STYLE))
    [nav] = page.iter("nav")
    links = {words(one): one.get("href") for one in nav.iter("a")}
    assert links["Rencontres"] == "#s-s1"
    assert links["Le garage"] == "#n-n1"
    assert links["Conclusion de la journée"] == "#n-n4"
    assert "À faire" not in links
    [nav] = parsed(note_html(DAY, note_of("# Un\n\n# Deux"), "all", style=STYLE)).iter("nav")
    assert [words(one) for one in nav.iter("a")] == ["Un", "Deux"]


def note_of(markdown: str) -> ExportNote:
    return note("n4", 2, markdown)


def test_what_is_read_has_the_colours_of_the_pages() -> None:
    pages = Path(__file__).parents[2] / "client" / "styles" / "_base.css"

    def colours(style: str) -> list[tuple[str, str]]:
        """Light first, then dark."""
        screen = style.partition("@media print")[0]
        return re.findall(r"--([\w-]+): (#[0-9a-f]{6});", screen)

    known = colours(pages.read_text("utf-8"))
    used = colours(reading_style())
    assert len(used) > 15
    assert [colour for colour in used if colour not in known] == []


@pytest.mark.promise("A6")
def test_a_programme_of_markup_is_text() -> None:
    item = ExportItem(NASTY, LOCKED, room=NASTY, questions=(NASTY,))
    day = replace(
        DAY,
        title=NASTY,
        subtitle=NASTY,
        organiser=NASTY,
        place=NASTY,
        sections=(ExportSection("s", NASTY, (item,)),),
    )
    page = parsed(day_html(day, "all", style=STYLE))
    assert not all_of(page, "script")
    assert not all_of(page, "img")
    assert words(all_of(page, "h1")[0]) == NASTY
    assert words(all_of(page, "title")[0]) == NASTY


def test_a_late_contribution_has_no_name_where_none_is_shown() -> None:
    late = replace(LOCKED, late=(ExportLate("", LOCKED.late[0].lines),))
    day = replace(DAY, sections=(ExportSection("s", "S", (ExportItem("I", late),)),))
    [apart] = [
        one
        for one in parsed(day_html(day, "all", style="")).iter("div")
        if one.get("class") == "late"
    ]
    assert words(apart).startswith("Contribution tardive\nEt une grue")


@pytest.mark.promise("X1")
def test_real_notes_are_read_back_whole(data: Path) -> None:
    """Every text of a real day, and other people's French notes."""
    paths = [
        *sorted((data / "day" / "notes").glob("*.md")),
        *sorted((data / "notes-fr").rglob("*.md")),
    ]
    assert paths
    for path in paths:
        each = note("n", 1, path.read_text("utf-8"))
        day = ExportDay("d", "J", (ExportSection("s", "S", (ExportItem("I", each),)),), OPEN)
        said = squeezed(words(parsed(day_html(day, "all", style=""))))
        at = 0
        for part in texts(tree(each.notes)):
            at = said.index(squeezed(part), at)
