"""What changed in a text is told line by line, and word by word where little did (H1)."""

from __future__ import annotations

from random import Random

import pytest

from server.export.changes import MOST_WORDS, Change, Shown, compared, worded
from server.export.lines import Cell, Footnote, Line, Marks, Span

pytestmark = pytest.mark.promise("H1")

SIGNS: dict[Change, str] = {"": "{}", "added": "[+{}]", "removed": "[-{}]"}
BOLD = Marks(bold=True)


def line(*parts: str | Span, **more) -> Line:
    return Line(spans=tuple(Span(one) if isinstance(one, str) else one for one in parts), **more)


def told(was: list[Line], now: list[Line]) -> list[str]:
    """Each line as it is shown, with what came and went in brackets."""
    return [
        SIGNS[one.change].format(
            "".join(SIGNS[change].format(span.plain) for change, span in one.words)
            or "".join(span.plain for span in one.line.spans)
        )
        for one in compared(was, now)
    ]


@pytest.mark.parametrize(
    ("was", "now", "shown"),
    [
        ("On répare.", "On répare. Beaucoup.", "On répare.[+ Beaucoup.]"),
        ("On répare 30 vélos.", "On répare 40 vélos.", "On répare[- 30][+ 40] vélos."),
        ("l’été dernier", "l’hiver dernier", "l’[-été][+hiver] dernier"),
        ("Un", "Un mot, et toute une phrase.", "Un[+ mot, et toute une phrase.]"),
        ("Un mot de trop", "Un mot", "Un mot[- de trop]"),
    ],
)
def test_words_of_a_line(was: str, now: str, shown: str) -> None:
    assert told([line(was)], [line(now)]) == [shown]


def test_other_lines_are_told_whole() -> None:
    was = [line("Début"), line("Le pain"), line("Fin")]
    now = [line("Début"), line("La cantine"), line("Fin du jour"), line("Après")]
    assert told(was, now) == [
        "Début",
        "[-Le pain]",
        "[-Fin]",
        *("[+La cantine]", "[+Fin du jour]", "[+Après]"),
    ]
    # What is much the same at either end is found beside what is not.
    assert told([line("a b c")], [line("nouveau"), line("a b c d")]) == [
        "[+nouveau]",
        "a b c[+ d]",
    ]
    assert told([], [line("Un"), line("Deux")]) == ["[+Un]", "[+Deux]"]
    assert told([line("Un"), line("Deux")], []) == ["[-Un]", "[-Deux]"]
    assert told([line()], [line("Un")]) == ["[-]", "[+Un]"]


def test_formats_are_changes_too() -> None:
    bold = line("un seul", Span(" mot", BOLD))
    assert told([line("un seul mot")], [bold]) == ["un seul[- mot][+ mot]"]
    title = line("un mot", kind="h2")
    assert compared([line("un mot")], [title]) == (
        Shown("removed", line("un mot")),
        Shown("added", title),
    )
    called = Span(Footnote("Source"))
    assert told([line("un mot")], [line("un mot", called)]) == ["un mot[+ (Source)]"]


def test_a_row_of_a_table_is_told_whole() -> None:
    was = line("a", Span(Cell()), "b", kind="row")
    now = line("a", Span(Cell()), "b c", kind="row")
    assert worded(was, now) == ()


def test_a_line_of_very_many_words_is_told_whole() -> None:
    was = line("mot " * MOST_WORDS)
    assert worded(was, line("mot " * MOST_WORDS + "fin")) == ()


@pytest.mark.parametrize("seed", range(50))
def test_each_text_can_be_read_from_it(seed: int) -> None:
    rng = Random(seed)

    def drawn() -> list[Line]:
        return [
            line(*(Span(word, rng.choice((Marks(), BOLD))) for word in words))
            for words in (
                rng.choices(("le ", "pain", ", ", "l’été ", "🙂", "oui "), k=rng.randrange(7))
                for _ in range(rng.randrange(8))
            )
        ]

    was = drawn()
    now = [rng.choice((one, *drawn())) for one in was] + drawn()[:2]
    shown = compared(was, now)
    assert read(shown, without="removed") == plain(now), f"seed {seed}"
    assert read(shown, without="added") == plain(was), f"seed {seed}"


def read(shown: tuple[Shown, ...], *, without: Change) -> list[list[tuple[str, Marks]]]:
    """What there was before, or is now."""
    return [
        letters([span for change, span in one.words if change != without])
        if one.words
        else letters(one.line.spans)
        for one in shown
        if one.change != without
    ]


def plain(lines: list[Line]) -> list[list[tuple[str, Marks]]]:
    return [letters(one.spans) for one in lines]


def letters(spans) -> list[tuple[str, Marks]]:
    return [(letter, span.marks) for span in spans for letter in span.plain]
