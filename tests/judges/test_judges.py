"""The judges see what is there, and say so when it is not what was expected."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.judges.by_github import by_github
from tests.judges.by_markdown_it import by_markdown_it
from tests.judges.panel import Panel
from tests.judges.structure import BREAK, Judge

COMMON = """\
# a *b*

c
**d *e***\\
[f](https://é.fr/g%20h "i") `j  k`

1. l
   - m

   n
2. o

> p

---

```py q
r

s
```
"""
EXTENDED = """\
| a | b |
| :-- | --- |
| ~~c~~ | d\\|e<br>f |

- [x] g[^h]
- [ ] &nbsp;
- i

> - [ ] j [x]

[^h]: k\\
    l
"""
NONE, STRONG, EM = (frozenset(marks) for marks in ((), ("strong",), ("emphasis",)))
COMMON_SEEN = (
    ("heading", 1, (("a ", NONE), ("b", EM))),
    (
        "paragraph",
        (
            ("c ", NONE),
            ("d ", STRONG),
            ("e", STRONG | EM),
            BREAK,
            ("f", frozenset({"link https://%C3%A9.fr/g%20h"})),
            (" ", NONE),
            ("j  k", frozenset({"code"})),
        ),
    ),
    (
        "list",
        True,
        (
            (
                None,
                (
                    ("paragraph", (("l", NONE),)),
                    ("list", False, ((None, (("paragraph", (("m", NONE),)),)),)),
                    ("paragraph", (("n", NONE),)),
                ),
            ),
            (None, (("paragraph", (("o", NONE),)),)),
        ),
    ),
    ("quote", (("paragraph", (("p", NONE),)),)),
    ("rule",),
    ("code", "py", "r\n\ns"),
)
EXTENDED_SEEN = (
    (
        "table",
        (
            ((("a", NONE),), (("b", NONE),)),
            ((("c", frozenset({"strike"})),), (("d|e", NONE), BREAK, ("f", NONE))),
        ),
    ),
    (
        "list",
        False,
        (
            (True, (("paragraph", (("g", NONE), ("k\nl", frozenset({"footnote"})))),)),
            (False, ()),
            (None, (("paragraph", (("i", NONE),)),)),
        ),
    ),
    ("quote", (("list", False, ((False, (("paragraph", (("j [x]", NONE),)),)),)),)),
)


@pytest.fixture
def panel() -> Iterator[Panel]:
    with Panel() as panel:
        yield panel


@pytest.mark.parametrize("judge", [by_markdown_it, by_github])
def test_all_that_a_note_has(judge: Judge) -> None:
    assert judge(COMMON) == COMMON_SEEN
    assert judge(EXTENDED) == EXTENDED_SEEN


def test_the_reference_is_asked_of_what_it_knows(panel: Panel) -> None:
    assert panel.others(COMMON, COMMON_SEEN) == {}
    seen = panel.others(COMMON, COMMON_SEEN[:-1])
    assert seen == dict.fromkeys(("markdown-it-py", "cmark-gfm", "commonmark.js"), COMMON_SEEN)
    assert set(panel.others(EXTENDED, EXTENDED_SEEN[:-1])) == {"markdown-it-py", "cmark-gfm"}


def test_what_no_note_has_is_named(panel: Panel) -> None:
    seen = panel.others("a ![b](c)\n", (("paragraph", (("a b", NONE),)),))
    assert set(seen) == {"markdown-it-py", "cmark-gfm", "commonmark.js"}
    assert all(isinstance(one, str) and "im" in one for one in seen.values())


def test_blanks_count_but_beside_a_break() -> None:
    for judge in (by_markdown_it, by_github):
        assert judge("a\u00a0 b <br> c\n") == (
            ("paragraph", (("a\u00a0 b", NONE), BREAK, ("c", NONE))),
        )
