"""Whatever people write, the Markdown says the same to every reader, and to us (X2, X4, X7).

The short form draws the same cases each time. `make fuzz` draws others, as many as it is told, and
prints the seed with which `make fuzz SEED=…` draws them again.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.export.lines import Line
from server.export.markdown import markdown
from server.export.reader import read
from server.export.tree import tree
from tests.export.typed import documents, paragraphs, texts
from tests.judges.panel import Panel
from tests.judges.structure import structure

pytestmark = pytest.mark.promise("X2")

CASES = int(os.environ.get("CALEPIN_FUZZ_CASES", "200"))
"""`make fuzz` gives more."""

slow_start = settings(
    max_examples=CASES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    derandomize="CALEPIN_FUZZ_CASES" not in os.environ,
)


def check(lines: list[Line], panel: Panel) -> None:
    document = tree(lines)
    text = markdown(document)
    assert panel.others(text, structure(document)) == {}, text
    again = tree(read(text))
    assert again == document, text
    assert markdown(again) == text


@pytest.mark.promise("X4", "X7")
@given(lines=paragraphs)
@slow_start
def test_any_paragraph_reads_again(lines: list[Line], panel: Panel) -> None:
    check(lines, panel)


@pytest.mark.promise("X4", "X7")
@given(lines=documents)
@slow_start
def test_any_document_reads_again(lines: list[Line], panel: Panel) -> None:
    check(lines, panel)


@given(text=st.text(max_size=40) | texts)
@slow_start
def test_any_text_can_be_imported(text: str, panel: Panel) -> None:
    check(read(text), panel)
