"""What GitHub adds to CommonMark goes in and comes out as what it is (X2, X7).

The cases are our own. Each is the same tree for the judges that know it, before and after.
"""

from __future__ import annotations

import pytest

from server.export.markdown import markdown
from server.export.reader import read
from server.export.tree import tree
from tests.judges.panel import Panel
from tests.judges.structure import structure

pytestmark = pytest.mark.promise("X2", "X7")

TABLES = {
    "a head alone": "| a | b |\n| --- | --- |\n",
    "without outer bars": "a | b\n--- | ---\nc | d\n",
    "aligned": "| a | b | c |\n| :-- | :-: | --: |\n| d | e | f |\n",
    "one column": "| a |\n| - |\n| b |\n",
    "cells that are missing": "| a | b |\n|---|---|\n| c |\n| | d |\n| |\n",
    "more cells than columns": "| a | b |\n|---|---|\n| c | d | e |\n",
    "bars in cells": "| a \\| b | `c \\| d` |\n|---|---|\n| **e \\| f** | \\\\\\| |\n",
    "formats in cells": "| **a** | *b* ~~c~~ |\n|---|---|\n| [d](https://a.fr) | `e` |\n",
    "breaks in cells": "| a<br>b |\n|---|\n| c<br>d<br>e |\n",
    "footnotes in cells": "| a[^1] |\n|---|\n| b |\n\n[^1]: c | d\n",
    "ends with a line without bars": "| a |\n|---|\n| b |\nc\n",
    "ends with a heading": "| a |\n|---|\n# b\n",
    "ends with a quotation": "| a |\n|---|\n> b\n",
    "after words": "a\n\n| b |\n|---|\n| c |\n\nd\n",
    "two beside each other": "| a |\n|---|\n| b |\n\n| c |\n|---|\n| d |\n",
    "in an item": "- a\n\n  | b |\n  |---|\n  | c |\n",
    "in a quotation": "> | a | b |\n> |---|---|\n> | c | d |\n",
    "ruler of another width": "| a | b |\n|---|\n| c |\n",
    "ruler without a bar": "a\n---\nb\n",
    "what looks like a list": "| - a | 1. b | > c |\n|---|---|---|\n| * e | # f | [ ] g |\n",
}
TASKS = {
    "two": "- [ ] a\n- [x] b\n",
    "a large X": "- [X] a\n",
    "nested": "- [x] a\n  - [ ] b\n    - [x] c\n  - d\n",
    "loose": "- [ ] a\n\n- [x] b\n\n  c\n",
    "with items": "- [ ] a\n- b\n- [x] c\n",
    "with formats": "- [ ] **a** ~~b~~ `c` [d](https://a.fr)\n",
    "in a quotation": "> - [x] a\n> - [ ] b\n",
    "first in an item": "- - [x] a\n  - [ ] b\n",
    "no blank inside": "- [] a\n",
    "no blank after": "- [x]a\n",
    "not at the start": "- a [x] b\n",
    "escaped": "- \\[ ] a\n- \\[x] b\n",
    "no item": "[ ] a\n",
    "a link": "- [x](https://a.fr)\n",
}
STRIKES = {
    "a word": "~~a~~\n",
    "inside a word": "a~~b~~c\n",
    "with a format inside": "~~a **b** *c*~~\n",
    "inside a format": "**a ~~b~~ c**\n",
    "beside a format": "~~a~~**b**~~c~~\n",
    "ends on punctuation": "~~a :~~ b, ~~« c »~~ d\n",
    "over a link": "~~[a](https://a.fr)~~ [~~b~~](https://b.fr)\n",
    "over two lines": "~~a\nb~~\n",
    "not over two paragraphs": "~~a\n\nb~~\n",
    "not with blanks inside": "~~ a ~~\n",
    "escaped": "\\~~a\\~~\n",
    "in a heading": "# a ~~b~~\n",
}
FOOTNOTES = {
    "one": "a[^1]\n\n[^1]: b\n",
    "a word for a label": "a[^note-de-bas]\n\n[^note-de-bas]: b\n",
    "before it is called": "[^1]: b\n\na[^1]\n",
    "called twice": "a[^1] b[^1]\n\n[^1]: c\n",
    "not in their order": "a[^2] b[^1]\n\n[^1]: c\n\n[^2]: d\n",
    "in a heading": "# a[^1]\n\n[^1]: b\n",
    "in items": "- a[^1]\n- [x] b[^2]\n\n[^1]: c\n[^2]: d\n",
    "in a quotation": "> a[^1]\n\n[^1]: b\n",
    "beside each other": "a[^1][^2]\n\n[^1]: b\n\n[^2]: c\n",
    "in a format": "**a[^1] b**\n\n[^1]: c\n",
    "a break in it": "a[^1]\n\n[^1]: b\\\n    c\n",
    "goes on in the next line": "a[^1]\n\n[^1]: b\nc\n",
    "an address in it": "a[^1]\n\n[^1]: <https://a.fr/b_c>\n",
    "never written": "a[^1]\n",
    "escaped": "a\\[^1]\n",
}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(text, id=f"{kind}: {name}")
        for kind, cases in (
            ("tables", TABLES),
            ("tasks", TASKS),
            ("strikes", STRIKES),
            ("footnotes", FOOTNOTES),
        )
        for name, text in cases.items()
    ],
)
def test_an_example_is_the_same_tree(text: str, panel: Panel) -> None:
    assert panel.others(text, structure(tree(read(text)))) == {}
    check(text, panel)


def test_three_tildes_strike_for_some_and_what_is_written_is_read_by_all(panel: Panel) -> None:
    text = "a ~~~b~~~ c\n"
    assert set(panel.others(text, structure(tree(read(text))))) == {"cmark-gfm"}
    check(text, panel)


def check(text: str, panel: Panel) -> None:
    document = tree(read(text))
    written = markdown(document)
    assert panel.others(written, structure(document)) == {}, written
    assert tree(read(written)) == document, written
    assert markdown(tree(read(written))) == written
