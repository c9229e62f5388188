"""What comes from other programs' clipboards keeps its structure, and brings nothing else along.

The files in `clipboard/` have the shape of what each program puts there: Word writes no lists but
styles and a typed sign, Google Docs one bold element around everything, LibreOffice line breaks
within its paragraphs.
"""

from pathlib import Path

import pytest

from tests.browser.editor.conftest import Lab

pytestmark = pytest.mark.asyncio(loop_scope="module")

CLIPBOARD = Path(__file__).parent / "clipboard"
LINES = [
    ["h1", 0, "Réunion du garage"],
    [None, 0, "Présents : Inès, Paul et toute l’équipe."],
    ["bullet", 0, "Premier point"],
    ["bullet", 1, "Détail du premier"],
    ["bullet", 0, "Second point"],
    ["ordered", 0, "D’abord"],
    ["ordered", 1, "Un détail"],
    ["h2", 0, "Chiffres"],
    ["row", 0, "Mode<cell>2025"],
    ["row", 0, "Vélo<cell>7\u00a0%"],
    [None, 0, "Fin."],
]
MARKED = [
    {"insert": "Présents", "attributes": {"bold": True}},
    {"insert": " : "},
    {"insert": "Inès", "attributes": {"italic": True}},
    {"insert": ", "},
    {"insert": "Paul", "attributes": {"strike": True}},
    {"insert": " et "},
    {"insert": "toute l’équipe", "attributes": {"link": "https://example.org/equipe"}},
]


@pytest.mark.promise("A6")
@pytest.mark.parametrize("program", ["word", "google-docs", "libreoffice"])
async def test_it_keeps_what_the_text_is_and_drops_the_rest(alone: Lab, program: str) -> None:
    (ana,) = alone.people
    html = (CLIPBOARD / f"{program}.html").read_text("utf-8")
    asked: list[str] = []
    ana.page.on("request", lambda request: asked.append(request.url))
    ana.page.on("dialog", lambda dialog: asked.append(dialog.message))
    await alone.reopen([""])
    await ana.select(0, 0)
    await ana.paste(html, "texte")
    assert await ana.lines() == LINES
    delta = await ana.call("delta")
    start = delta.index(MARKED[0])
    assert delta[start : start + len(MARKED)] == MARKED
    # Nothing ran, nothing was fetched, and no link, picture or style came along but those above.
    assert asked == []
    kept = {name for op in delta for name in op.get("attributes", {})}
    assert kept == {"bold", "italic", "strike", "link", "kind", "indent"}
    assert (
        await ana.page.locator(
            ".pane img:not(.ProseMirror-separator), .pane script, .pane [onclick]"
        ).count()
        == 0
    )
    await alone.check()
    await ana.press("Control+z")
    assert await ana.text() == "", "one paste is one step back"


async def test_plain_text_makes_lists_of_bullets_and_of_nothing_else(alone: Lab) -> None:
    (ana,) = alone.people
    await alone.reopen([""])
    await ana.select(0, 0)
    await ana.paste("", (CLIPBOARD / "plain.txt").read_text("utf-8"))
    assert await ana.lines() == [
        [None, 0, "Réunion du garage"],
        ["bullet", 0, "Premier point"],
        ["bullet", 1, "Détail du premier"],
        ["bullet", 0, "Second point"],
        [None, 0, "1. D’abord"],
        [None, 0, ""],
        [None, 0, "Fin : «oui» * et 3 - 2"],
    ]
    await alone.check()
