"""HTML of others: what a note can hold is kept, and nothing else is."""

from __future__ import annotations

import pytest

from server.incoming.html import read_html
from tests.incoming.shown import shown


def read(html: str) -> list[str]:
    return shown(read_html(html, of="f.html").notes)


def test_every_kind_of_block() -> None:
    html = """<!doctype html><html><head><title>Non</title><style>p{}</style></head><body>
      <h1>Titre</h1><p>un <b>gras <i>et fin</i></b>, <s>non</s>, <code>code</code>,
      <a href="https://exemple.fr/é?a=1&amp;b=2">ici</a><br>ligne</p>
      <ul><li>un<ol><li>deux</li><li>trois</li></ol></li><li><p>quatre</p><p>suite</p></li></ul>
      <blockquote><p>dit</p></blockquote><pre><code class="language-py">a
  b</code></pre><hr>
      <table><tr><th>a<th colspan=2>b<tr><td>c<td><p>d</p><p>e</p><td></table></body></html>"""
    assert read(html) == [
        "h1 Titre",
        "un *gras **_et fin_*, ~non~, `code`, ici<https://exemple.fr/é?a=1&b=2>⏎ligne",
        "- un",
        "  1. deux",
        "  1. trois",
        "- quatre",
        "  suite",
        "> dit",
        "` a",
        "`   b",
        "---",
        "row a|b|",
        "row c|d⏎e|",
    ]


@pytest.mark.promise("A6")
@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>a<script>alert(1)</script>b</p>", ["ab"]),
        ("<p>a<style>b{}</style></p><template><p>c</p></template>", ["a"]),
        ('<a href="javascript:alert(1)">x</a>', ["x"]),
        ('<a href="data:text/html,x">x</a> <a href="file:///etc/passwd">y</a>', ["x y"]),
        ('<p onclick="x()">a</p><iframe src="//x">b</iframe><object>c</object>', ["a"]),
        ('<img src="https://x.fr/a.png" alt="Une carte" onerror="x()">', ["Une carte"]),
        ("<p hidden>a</p><p style='display: none'>b</p><p>c</p>", ["c"]),
        ("<svg><script>x</script><text>y</text></svg>z", ["z"]),
        ("<p>a&lt;script&gt;b</p>", ["a<script>b"]),
        ("<noscript><p>x</p></noscript><p>y", ["y"]),
        ("<p>a<!-- b --><![CDATA[c]]><?d e?>f</p>", ["af"]),
    ],
)
def test_what_runs_or_loads_is_left_out(html: str, expected: list[str]) -> None:
    assert read(html) == expected


def test_blanks_are_one_and_french_ones_stay() -> None:
    text = "<p>  «\u00a0Pourquoi\u202f?\u00a0»\n   demande\tl’élue&nbsp;:  <b> oui </b> !</p>"
    assert read(text) == ["«\u00a0Pourquoi\u202f?\u00a0» demande l’élue\u00a0: *oui *!"]


def test_tasks() -> None:
    html = (
        "<ul><li><input type=checkbox checked disabled> fait</li>"
        "<li class=task><span>☐</span> à faire</li><li>rien</ul>"
    )
    assert read(html) == ["[x] fait", "[ ] à faire", "- rien"]


def test_lists_that_stand_apart_stay_apart() -> None:
    assert read("<ul><li>a</ul><ul><li>b</ul>") == ["- a", "", "- b"]
    assert read("<ul><li>a</ul><p>x</p><ul><li>b</ul>") == ["- a", "x", "- b"]
    assert read("<ul><li>a<li>b<ul><li>c</ul><ol><li>d</ol></ul>") == [
        "- a",
        "- b",
        "  - c",
        "  1. d",
    ]


def test_etherpads_export_has_a_line_for_each_break_and_lists_in_lists() -> None:
    html = (
        "<!doctype html><html><body>Bonjour<br>à tous<br><br>"
        '<ul class="bullet"><li>un</li><ul class="bullet"><li>deux</li></ul></ul>'
        '<ul class="bullet"><li>trois<ul class="bullet"><li>quatre</ul></ul>'
        '<ol start="1" class="number"><li>a</li></ol>'
        '<ol start="2" class="number"><li>b</li></ol>'
        '<ul class="indent"><li>retrait</li></ul>'
        '<ul class="bullet"><li><ul class="bullet"><li>profond</ul></ul>'
        "<h2>Suite</h2><br><strong>gras</strong> <em>fin</em> <s>non</s> <u>souligné</u><br>"
        "</body></html>"
    )
    assert read(html) == [
        "Bonjour",
        "à tous",
        "- un",
        "  - deux",
        "- trois",
        "  - quatre",
        "1. a",
        "1. b",
        "retrait",
        "  - profond",
        "h2 Suite",
        "*gras* _fin_ ~non~ souligné",
    ]


@pytest.mark.parametrize(
    "html",
    [
        '<p>t<a href="#fn1" id="r1"><sup>1</sup></a>.</p><hr><section><ol>'
        '<li id="fn1"><p>note <em>x</em> <a href="#r1">↩</a></p></li></ol></section>',
        '<p>t<a class=sdfootnoteanc name=sdfootnote1anc href="#sdfootnote1sym"><sup>1</sup></a>.'
        '</p><hr><div id=sdfootnote1><p><a name=sdfootnote1sym href="#sdfootnote1anc">1</a>note '
        "<i>x</i></p></div>",
        '<p>t<a href="#_ftn1" name="_ftnref1">[1]</a>.</p><hr><div><div id=ftn1>'
        '<p><a href="#_ftnref1" name="_ftn1">[1]</a> note x</p></div></div>',
    ],
    ids=["pandoc", "libreoffice", "word"],
)
def test_footnotes_stand_where_they_are_called(html: str) -> None:
    assert read(html) == ["t[^note x].", "---"]


def test_a_table_of_contents_is_no_footnote() -> None:
    html = '<p><a id="t" href="#h">1. Titre</a></p><h2 id="h"><a href="#t">Titre</a></h2><p>a</p>'
    assert read(html) == ["1. Titre", "h2 Titre", "a"]


def test_words_lists_are_paragraphs_with_a_sign() -> None:
    html = (
        '<p style="mso-list:l0 level1 lfo1"><span style="mso-list:Ignore">·</span>Un</p>'
        '<p style="mso-list:l0 level2 lfo1"><span style="mso-list:Ignore">1.</span>Deux</p>'
        '<p><b style="font-weight:normal"><span style="font-weight:700">g</span>m</b></p>'
    )
    assert read(html) == ["- Un", "  1. Deux", "*g*m"]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<b>a<p>b</b>c", ["*a*", "bc"]),
        ("<ul><li>a<b>b</ul>c", ["- a*b*", "c"]),
        ("<table><tr><td>a</table></table>b</p>", ["row a", "b"]),
        ("<li>seul</li>", ["- seul"]),
        ("</div></p>x", ["x"]),
        ("<p>a<p>b", ["a", "b"]),
        ("", []),
        ("   ", []),
        ("<html></html>", []),
        ("texte < et > & voilà", ["texte < et > & voilà"]),
    ],
)
def test_html_that_is_no_html_is_read_as_well(html: str, expected: list[str]) -> None:
    assert read(html) == expected
