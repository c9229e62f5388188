"""Notes that people make, small and by what is difficult in them.

They were written beside the writer that they are used to compare, and so favour it; they are meant
to be what a day of debates gives, and not to be fair to a formatter that is fed with Markdown.
"""

from __future__ import annotations

from collections.abc import Iterator

from server.export.lines import Break, Cell, Footnote, Kind, Line, Marks, Span

BOLD, ITALIC, STRIKE, CODE = (
    Marks(bold=True),
    Marks(italic=True),
    Marks(strike=True),
    Marks(code=True),
)
BOTH = Marks(bold=True, italic=True)
BR, CELL = Span(Break()), Span(Cell())
SITE = "https://exemple.fr"

Part = str | Span
Note = list[Line]


def b(text: str) -> Span:
    return Span(text, BOLD)


def i(text: str) -> Span:
    return Span(text, ITALIC)


def s(text: str) -> Span:
    return Span(text, STRIKE)


def code(text: str) -> Span:
    return Span(text, CODE)


def link(text: str, href: str = SITE) -> Span:
    return Span(text, Marks(link=href))


def note(text: str) -> Span:
    return Span(Footnote(text))


def line(*parts: Part, kind: Kind = "paragraph", indent: int = 0, **fields: bool | str) -> Line:
    spans = tuple(Span(part) if isinstance(part, str) else part for part in parts)
    return Line(kind=kind, indent=indent, spans=spans, **fields)  # type: ignore[arg-type]


def words(*texts: str) -> Iterator[Note]:
    for text in texts:
        yield [line(text)]


def sentence(*sentences: tuple[Part, ...]) -> Iterator[Note]:
    for parts in sentences:
        yield [line(*parts)]


def table(*rows: tuple[Part, ...]) -> Note:
    """A line for each row; a cell for each part."""
    out = []
    for row in rows:
        parts = [part for cell in row for part in (CELL, cell)][1:]
        out.append(line(*parts, kind="row"))
    return out


def lines(*kinds: tuple[str, Kind, int]) -> Note:
    return [
        line(text, kind=kind, indent=indent) if text else Line(kind, indent)
        for text, kind, indent in kinds
    ]


CASES: dict[str, list[Note]] = {
    "French": [
        *words(
            "Vraiment\u202f? Oui\u00a0: «\u00a0oui\u00a0»\u202f!",
            "Les salarié·e·s, les acteur.rice.s et les usager·ère·s",
            "Tou.te.s les citoyen-ne-s, chargé(e)s du quartier_nord",
            "2\u202f400 € pour 12\u00a0%, soit 3 * 4 = 12",
            "L’an dernier [sic] et […] ensuite",
            "n° 5, #ESS et §\u00a02",
            "Un cœur <3 & du thé",
            "Rendez-vous à 12:30:15",
            "– Bonjour, dit-il. — Bonjour.",
            "\u00a0Une espace au début",
            "a\u2009b\u00a0c\u202fd",
            "😀 👩‍🌾 e\u0301",
            "Une  espace de trop",
        ),
        [line("• un"), line("•\u00a0deux")],
    ],
    "Formats beside letters": list(
        sentence(
            (b("Remarque\u00a0:"), "suite"),
            ("x", b("«mot»"), "y"),
            ("x", i("(mot)"), "y"),
            ("a", b("b"), "c"),
            ("a", i("b"), "c"),
            ("a", s("b"), "c"),
            ("a", s("« b »"), "c"),
            ("a ", b(" mot "), " b"),
            ("a", b(" mot "), "b"),
            (i("a"), b("b")),
            (b("a"), i("b")),
            (b("a"), Span("b", BOTH), i("c")),
            (i("a"), Span("b", BOTH), b("c")),
            (b("gras"), Span(" et les deux", BOTH)),
            (Span("les deux", BOTH),),
            (Span("tout", Marks(bold=True, italic=True, strike=True)), " rien"),
            (b("5 €"), "uros"),
            ("l’", i("œuvre"), "."),
            (b("a*b"), " c"),
            (i("a_b"), " c"),
            (b("a"), BR, b("b")),
            (b("« a »"), s("« b »")),
            (b("Question"), "\u202f?"),
            (b("a"), "_b_"),
            (s("a ~ b"), "~c"),
        )
    ),
    "Prose that looks like Markdown": list(
        words(
            "1. Premier point",
            "1986. Une année",
            "2) deuxième",
            "* note de bas",
            "- tiret",
            "+ plus",
            "# dièse",
            "#",
            "> plus grand",
            "---",
            "***",
            "===",
            "```",
            "~~~",
            "[ ] à faire",
            "*important*",
            "_souligné_",
            "`code`",
            "~~non~~",
            "[lien](adresse)",
            "[a]: b",
            "[^1]: note",
            "note[^1]",
            "![image](a.png)",
            "<script>alert(1)</script>",
            "<!-- rien -->",
            "a<br>b",
            "a&nbsp;b &amp; c",
            "&#42; &copy",
            "C:\\_temp\\",
            "\\*",
            "5 $ et 6 $",
            "$x$ et $$y$$",
            "bravo :tada: !",
            "| a | b |",
            "a | b",
            "    quatre blancs",
        )
    ),
    "Breaks": [
        *sentence(
            ("a", BR, "b"),
            ("a", BR, "1. b"),
            ("a", BR, "- b"),
            ("a", BR, "# b"),
            ("a", BR, "> b"),
            ("a", BR, "==="),
            ("a", BR, "---"),
            ("a", BR, BR, "b"),
            ("a | b", BR, "--- | ---"),
            ("a  ", BR, "  b"),
            ("a\\", BR, "b"),
        ),
        [line("a", BR, "b", kind="h2")],
        [line("a", BR, "b", kind="bullet")],
    ],
    "Links": list(
        sentence(
            (link("ici"), "."),
            (link("[a] b"),),
            (link("a", f"{SITE}/Lyon_(ville)"),),
            (link("a", f"{SITE}/a(b"),),
            (link("a", f"{SITE}/a b"),),
            (link("a", f"{SITE}/?a=1&copy=2&amp;b"),),
            (link("a", f"{SITE}/a\\b"),),
            (link("a", f"{SITE}/é"),),
            (Span("a", Marks(bold=True, link=SITE)), "b"),
            ("a", Span("« b »", Marks(italic=True, link=SITE)), "c"),
            (b("a "), Span("b", Marks(bold=True, link=SITE)), b(" c")),
            (link("a"), link("b", f"{SITE}/b")),
            ("!", link("a")),
            (link("a"), "(b)"),
            (link("moi@exemple.fr", "mailto:moi@exemple.fr"),),
            ("Voir https://exemple.fr/a_b_c, puis",),
            ("(https://exemple.fr/a_(b))",),
            ("https://exemple.fr/*a*?b=1&copy;",),
            ("www.exemple.fr et contact@exemple.fr",),
            (Span("a", Marks(code=True, link=SITE)),),
        )
    ),
    "Code": [
        *sentence(
            (code("a"), "b"),
            (code("`"),),
            (code("a`b``c"),),
            (code(" a "), "."),
            (code("a*b*"), " _c"),
            (Span("a", Marks(bold=True, code=True)), "b"),
            (code("<br>&amp;"),),
            (code("a|b"),),
            (code("\\"),),
        ),
        lines(("if a:", "code", 0), ("", "code", 0), ("    b", "code", 0)),
        lines(("```", "code", 0), ("~~~", "code", 0)),
        [line("x", kind="code", lang="c++")],
        lines(("a", "code", 0), ("", "paragraph", 0), ("b", "code", 0)),
        lines(("a", "bullet", 0), ("b", "code", 1), ("", "code", 1), ("c", "code", 1)),
    ],
    "Lists and tasks": [
        lines(("a", "bullet", 0), ("b", "bullet", 0)),
        lines(("a", "bullet", 0), ("b", "ordered", 1), ("c", "ordered", 1), ("d", "bullet", 0)),
        lines(("a", "bullet", 0), ("b", "paragraph", 1), ("c", "bullet", 0)),
        lines(("a", "bullet", 0), ("", "paragraph", 0), ("b", "bullet", 0)),
        lines(("a", "ordered", 0), ("", "paragraph", 0), ("b", "ordered", 0)),
        lines(("a", "bullet", 0), ("b", "ordered", 0)),
        lines(*((f"n{depth}", "bullet", depth) for depth in range(9))),
        lines(*((f"n{depth}", "ordered", depth) for depth in range(9))),
        lines(*((f"n{count}", "ordered", 0) for count in range(11)), ("m", "bullet", 1)),
        lines(("a", "bullet", 0), ("", "bullet", 0), ("c", "bullet", 0)),
        lines(("", "bullet", 0), ("b", "bullet", 1)),
        lines(("- a", "bullet", 0), ("1. b", "bullet", 0), ("# c", "bullet", 0)),
        lines(("[ ] a", "bullet", 0), ("[x]", "ordered", 0)),
        lines(("a", "task", 0), ("b", "task", 1)),
        [line("a", kind="task", checked=True), line("b", kind="bullet"), line("c", kind="task")],
        lines(("a", "task", 0), ("", "task", 0)),
        [line(b("a"), " b", kind="task"), line(link("c"), kind="task")],
        lines(("a", "task", 0), ("b", "paragraph", 1)),
        lines(("a", "bullet", 0), ("T", "h3", 1)),
        lines(("a", "paragraph", 0), ("b", "bullet", 0), ("c", "paragraph", 0)),
    ],
    "Headings, quotations, rules": [
        [line("Titre #", kind="h2")],
        [line("Titre ##", kind="h1")],
        [line("1. Titre", kind="h2")],
        [line(b("a"), "b", kind="h2")],
        [line("# a", kind="h2")],
        [line("a", quote=True), line("b", quote=True)],
        [line("a", quote=True, kind="bullet"), line("b", quote=True, kind="bullet")],
        [line("a", kind="bullet"), line("b", indent=1, quote=True), line("c", quote=True)],
        [line("a", quote=True), line(), line("b", quote=True)],
        [line("a", quote=True, kind="task")],
        [line("a", quote=True), line("b")],
        [line("a"), Line("rule"), line("b")],
        [line("a", kind="bullet"), Line("rule"), line("b", kind="bullet")],
        [Line("rule"), line("a: b"), Line("rule")],
    ],
    "Tables": [
        table(("a", "b"), ("c", "d")),
        table(("a",), ("b",)),
        table(("a", "b"), ("c",), ("d", "e", "f")),
        table(("a|b", "c"), ("d", "\\|")),
        table((code("a|b"), "c"), (b("d|"), "e")),
        table(("", "b"), ("c", "")),
        table(("- a", "# b"), ("1. c", "> d")),
        [line("a", BR, "b", CELL, "c", kind="row"), line("d", CELL, "e", BR, "f", kind="row")],
        table((link("a"), b("b")), (i("c"), s("d"))),
        table(("a", note("b | c"))),
        [*table(("a",)), line(), *table(("b",))],
        [line("a", kind="bullet"), line("b", CELL, "c", kind="row", indent=1)],
        [line("a", CELL, "b", kind="row", quote=True)],
        [*table(("a", "b")), line("c")],
    ],
    "Footnotes": [
        *sentence(
            ("a", note("b"), "."),
            ("a", note("b"), note("c")),
            ("a", note("b\nc")),
            ("a", note("1. b"), " [^1]"),
            ("a", note("* b _c_ <d>")),
            ("a", note(f"voir {SITE}/a_b")),
            (Span("a", BOLD), Span(Footnote("b"), BOLD), b(" c")),
        ),
        [line("a", note("b"), kind="h2")],
        [line("a", note("b"), kind="bullet"), line("c", note("d"), kind="task")],
        [line("a", note("b"), quote=True)],
    ],
}
