"""French as it is typed in notes keeps every character, and means nothing else to Markdown (X4)."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from server.export.lines import Break, Footnote, Line, Marks, Span
from server.export.markdown import markdown
from server.export.reader import read
from server.export.tree import tree

pytestmark = pytest.mark.promise("X4")

BOLD = Marks(bold=True)
ITALIC = Marks(italic=True)


def written(*spans: Span | str, kind: str = "paragraph") -> str:
    line = Line(
        kind=kind,  # type: ignore[arg-type]
        spans=tuple(Span(span) if isinstance(span, str) else span for span in spans),
    )
    return markdown(tree([line])).removesuffix("\n")


@pytest.mark.parametrize(
    "text",
    [
        "Les salarié·e·s, les acteur.rice.s et les usager·ère·s",
        "Tou.te.s les citoyen-ne-s du conseil_de_quartier_nord",
        "« Pourquoi\u202f? » — demande l’élue\u00a0; réponse\u00a0: « parce que\u202f! »",
        "2\u202f400 € pour 12\u00a0%, soit 3 * 4 = 12",
        "L’an dernier [sic] et […] ensuite",
        "www.exemple.fr et contact@exemple.fr",
        "n° 5, #ESS et §\u00a02",
        "Un cœur <3 & du thé",
        "Rendez-vous à 12:30:15",
        "– Bonjour, dit-il.",
        "~30\u00a0% des réponses",
        "Prix : 5 $",
    ],
)
def test_prose_is_written_as_it_is(text: str) -> None:
    assert written(text) == text
    html = MarkdownIt("gfm-like", {"linkify": False}).render(text)
    assert "<em>" not in html
    assert "<a " not in html
    assert read(text) == [Line(spans=(Span(text),))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1. Premier point", "1\\. Premier point"),
        ("1986. Une année", "1986\\. Une année"),
        ("* note de bas", "\\* note de bas"),
        ("- tiret", "\\- tiret"),
        ("+ plus", "\\+ plus"),
        ("# dièse", "\\# dièse"),
        ("> plus grand", "\\> plus grand"),
        ("---", "\\---"),
        ("***", "\\***"),
        ("[ ] à faire", "\\[ ] à faire"),
        ("*important*", "\\*important\\*"),
        ("_souligné_", "\\_souligné\\_"),
        ("`code`", "\\`code\\`"),
        ("<script>alert(1)</script>", "\\<script>alert(1)\\</script>"),
        ("[lien](https:)", "\\[lien](https:)"),
        ("5 $ et 6 $", "5 \\$ et 6 \\$"),
        ("bravo :tada: !", "bravo \\:tada: !"),
        ("a&nbsp;b", "a\\&nbsp;b"),
        ("C:\\_temp\\", "C:\\\\\\_temp\\\\"),
    ],
)
def test_prose_that_looks_like_markdown_is_escaped(text: str, expected: str) -> None:
    assert written(text) == expected
    assert read(expected) == [Line(spans=(Span(text),))]


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ((Span("Remarque\u00a0:", BOLD), "suite"), "**Remarque\u00a0:**&#115;uite"),
        (("x", Span("«mot»", BOLD), "y"), "&#120;**«mot»**&#121;"),
        (("a", Span(" mot ", BOLD), "b"), "a **mot** b"),
        ((Span("a", ITALIC), Span("b", BOLD)), "*a*__b__"),
        ((Span("gras", BOLD), Span(" et les deux", Marks(bold=True, italic=True))), None),
        (
            ("a", Span("b", BOLD), Span("«c»", Marks(bold=True, strike=True))),
            "&#97;**&#98;~~«c»~~**",
        ),
        (("un", Span(Break()), "deux"), "un\\\ndeux"),
        (("un", Span(Break()), "- deux"), "un\\\n\\- deux"),
        (("appel", Span(Footnote("Note.")), " ici"), "appel[^1] ici\n\n[^1]: Note."),
        (("voir https://exemple.fr/a_b, puis",), "voir <https://exemple.fr/a_b>, puis"),
    ],
)
def test_formats_beside_letters(spans: tuple[Span | str, ...], expected: str | None) -> None:
    text = written(*spans)
    assert expected is None or text == expected
    again = markdown(tree(read(text))).removesuffix("\n")
    assert again == text


def test_pasted_bullets_become_a_list() -> None:
    pasted = [Line(spans=(Span("• un"),)), Line(spans=(Span("•\u00a0deux"),))]
    assert markdown(tree(pasted)) == "- un\n- deux\n"


def test_bullets_pasted_into_one_line_become_a_list() -> None:
    line = Line(
        spans=(Span("Trois points :"), Span(Break()), Span("• un"), Span(Break()), Span("• deux"))
    )
    assert markdown(tree([line])) == "Trois points :\n\n- un\n- deux\n"
    assert (
        markdown(tree(read("Trois points :\n• un\n• deux"))) == "Trois points :\n\n- un\n- deux\n"
    )


def test_no_break_spaces_survive_in_every_kind_of_line() -> None:
    text = "Vraiment\u202f? Oui\u00a0: «\u00a0oui\u00a0»"
    for kind in ("paragraph", "h2", "bullet", "ordered", "task", "row"):
        assert text in written(text, kind=kind)
