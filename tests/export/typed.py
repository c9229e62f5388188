"""Whatever people type, paste and format: lines drawn over all that the editor can make."""

from __future__ import annotations

import re

from hypothesis import strategies as st

from server.export.lines import (
    KINDS,
    Break,
    Cell,
    Footnote,
    Kind,
    Line,
    Marks,
    Span,
    Unknown,
    merged,
)

FRENCH = """
a|mot|Été|l’accord|salarié·e·s|acteur.rice.s|tou·te·s|Tou.te.s|citoyen-ne-s|chargé(e)s|10 h 30
« mot »|« mot »|«mot»|«|»|“mot”|Note :|Note :|Vraiment ?|Oui !|2 400 €|12 %|n° 5|§ 2|1986. |–|—
… |[…]|[sic]|M. |p. 3|art. 2-1|etc.|12:30:15|+1|'|"|’|·|É|№|€|★|°
"""
MARKERS = """
1. |2) |- |+ |* |# |## titre ##|#ESS|> |>5|*|**|***|_|__|a_b|_a_|___|---|===
=|-|+|1.|#|>|\\|\\*|\\\\
`|``|```|~|~~|~~~|[|]|(|)|[x]|[ ] |[x] |[a](b)|[a]: b|[a][b]|[^1]|[^1]: x|^[x]|!|![a](b)|^
<|<3|<br>|<b>|</p>|<!-- x -->|<script>|<https://a.fr>|<a@b.fr>|&|&amp;|&nbsp;|&#42;|&copy|&;
$|$x$|$$|:smile:|:+1:|:|::|%|{|}|{.a}|.|,|;|?|/|@|@nom
"""
CELLS = ("|", "\\|", "| a | b |", "--- | ---", "|-|", ":-:")
BLANKS = (" ", "  ", "    ", "\t", "\u00a0", "\u202f", "\u2009", "\u200b", "\u00ad", "\x0b")
BULLETS = ("•", "• a", "•\ta", "· a", "◦ b", "\uf0b7 c")
ADDRESSES = """
https://exemple.fr/a_b_c|http://x.y/(z)|https://fr.wikipedia.org/wiki/Lyon_(ville)|www.a.fr
https://a.fr/?x=1&copy=2#_y_|https://a.fr/*b*|moi@exemple.fr|prenom_nom@a-b.fr|://|https://|ftp://a.fr
"""
PICTURES = ("😀", "👩‍🌾", "🇫🇷", "❤️", "e\u0301", "\U0001d400", "漢", "ﬁ")

FRAGMENTS = [
    *(text for texts in (FRENCH, MARKERS, ADDRESSES) for text in re.split(r"[|\n]", texts) if text),
    *CELLS,
    *BLANKS,
    *BULLETS,
    *PICTURES,
]

fragments = st.sampled_from(FRAGMENTS)
texts = st.lists(
    st.one_of(
        fragments,
        fragments,
        fragments,
        fragments,
        st.characters(codec="utf-8", exclude_characters="\n"),
    ),
    min_size=1,
    max_size=4,
).map("".join)
links = st.sampled_from(
    (
        "",
        "",
        "",
        "",
        "https://exemple.fr/é?a=1&copy=2",
        "https://e.fr/a(b)c d\\e",
        "https://e.fr/*a*_b_[c]|d",
        "mailto:moi@exemple.fr",
    )
)
marks = st.builds(
    Marks,
    bold=st.sampled_from((False, False, True)),
    italic=st.sampled_from((False, False, True)),
    strike=st.sampled_from((False, False, False, True)),
    code=st.sampled_from((False, False, False, False, True)),
    link=links,
)
spans = st.builds(Span, texts, marks) | st.builds(
    Span,
    st.one_of(
        texts,
        texts,
        texts,
        st.builds(Footnote, texts),
        st.just(Break()),
        st.just(Unknown()),
    ),
    st.builds(Marks) | marks,
)


def lines_of(kinds: tuple[Kind, ...]) -> st.SearchStrategy[Line]:
    return st.builds(
        Line,
        kind=st.sampled_from(kinds),
        indent=st.sampled_from((0, 0, 0, 1, 1, 2, 3, 8)),
        quote=st.sampled_from((False, False, False, True)),
        checked=st.booleans(),
        lang=st.sampled_from(("", "", "python")),
        spans=st.lists(spans, max_size=4).map(merged),
    )


rows = st.builds(
    Line,
    kind=st.just("row"),
    indent=st.sampled_from((0, 0, 0, 1, 2)),
    quote=st.sampled_from((False, False, False, True)),
    spans=st.lists(spans | st.just(Span(Cell())), max_size=6).map(merged),
)
paragraphs = st.lists(lines_of(("paragraph",)), min_size=1, max_size=1)
documents = st.lists(lines_of((*KINDS, "paragraph", "bullet", "bullet")) | rows, max_size=8)
