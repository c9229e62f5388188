"""What somebody typed into the fields of a programme, as the programme holds it. Pure.

What cannot stand there is BadInput: one sentence, and the name of the field.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from server.days.programme import MAX_PEOPLE, MAX_QUESTIONS, SECTION_KINDS
from server.days.yaml_fields import MAX_LINE_LENGTH, is_line
from server.errors import BadInput
from server.sentences import sentence
from storage.records import Speaker


def clean_line(field: str, text: str) -> str:
    """One line of text, trimmed."""
    line = text.strip()
    if not is_line(line):
        raise BadInput(
            sentence(
                "`{field}` must be one line of at most {most} characters, without control "
                "characters.",
                field=field,
                most=MAX_LINE_LENGTH,
            ),
            field=field,
        )
    return line


def clean_title(text: str, *, of: str) -> str:
    """A title of `of`, such as "A section": it may not be empty."""
    title = clean_line("title", text)
    if not title:
        raise BadInput(f"{of} needs a title: give one, or leave the field out.", field="title")
    return title


def clean_kind(text: str) -> str:
    if text not in SECTION_KINDS:
        raise BadInput(
            sentence("`kind` must be one of {kinds}.", kinds=SECTION_KINDS), field="kind"
        )
    return text


def clean_people(people: Sequence[Speaker]) -> tuple[Speaker, ...]:
    """Who is announced; an entry without anything is passed over."""
    found = [
        Speaker(clean_line("people", one.name), clean_line("people", one.organisation))
        for one in people
    ]
    kept = tuple(one for one in found if one.name or one.organisation)
    if len(kept) > MAX_PEOPLE:
        raise BadInput(
            sentence(
                "{count} people are too many: at most {most}.", count=len(kept), most=MAX_PEOPLE
            ),
            field="people",
        )
    return kept


def clean_questions(questions: Sequence[str]) -> tuple[str, ...]:
    """The guiding questions; an empty one is passed over."""
    kept = tuple(line for one in questions if (line := clean_line("questions", one)))
    if len(kept) > MAX_QUESTIONS:
        raise BadInput(
            sentence(
                "{count} questions are too many: at most {most}.",
                count=len(kept),
                most=MAX_QUESTIONS,
            ),
            field="questions",
        )
    return kept


def clean_date(text: str) -> str:
    """ "2027-03-01", or "" for none."""
    wanted = text.strip()
    if not wanted:
        return ""
    try:
        if len(wanted) != len("2027-03-01"):
            raise ValueError(wanted)
        return date.fromisoformat(wanted).isoformat()
    except ValueError:
        raise BadInput(
            sentence("`date` is no date: write one that exists, such as 2027-03-01."),
            field="date",
        ) from None
