"""YAML read field by field, with the line of every complaint.

Only what a person writes by hand is accepted: mappings, lists and scalars, a few levels deep.
Anchors, aliases and tags are refused (a few lines of aliases can stand for gigabytes), and no
value is ever converted: a field is the text that stands in the file, so `0201` and `10:30` stay
what they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NoReturn

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from server.errors import ProgrammeError
from server.sentences import Sentence, sentence

MAX_DEPTH = 20
MAX_LINE_LENGTH = 500
"""Characters of a title, a name or a question."""

_TAG = "tag:yaml.org,2002:"
_TEXT = frozenset({_TAG + "str"})
_TEXT_OR_NUMBER = _TEXT | {_TAG + kind for kind in ("int", "float", "timestamp")}
_EMPTY = _TAG + "null"
_KNOWN_TAGS = _TEXT_OR_NUMBER | {_TAG + kind for kind in ("null", "bool", "map", "seq")}
_SPECIAL_KEYS = frozenset({_TAG + "merge", _TAG + "value"})

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Fields:
    """One mapping of the file: each key once, no key that is not `known`."""

    source: str
    what: Sentence
    line: int
    _values: dict[str, Node]

    def has(self, key: str) -> bool:
        """Whether the field is there and not empty."""
        value = self._values.get(key)
        return value is not None and value.tag != _EMPTY

    def line_of(self, key: str) -> int:
        value = self._values.get(key)
        return self.line if value is None else line_of(value)

    def text(self, key: str, *, numbers: bool = False) -> str:
        """One line of text, trimmed; "" when the field is absent or empty."""
        if not self.has(key):
            return ""
        return line_of_text(self.source, self._values[key], key, numbers=numbers)

    def required(self, key: str) -> str:
        """One line of text that may not be absent or empty."""
        found = self.text(key)
        if not found:
            self.refuse(
                key, sentence("{what} needs a {key}: add `{key}: …`.", what=self.what, key=key)
            )
        return found

    def block(self, key: str) -> str | None:
        """The text of a field written on several lines (`|`); None when it stands on one line."""
        value = self._values.get(key)
        if not isinstance(value, ScalarNode) or not self.has(key):
            return None
        if value.style not in ("|", ">") and "\n" not in value.value:
            return None
        if _SURROGATE.search(value.value):
            self.refuse(
                key,
                sentence("`{key}` holds half a character (a lone surrogate): remove it.", key=key),
            )
        return str(value.value)

    def entries(self, key: str, *, most: int) -> Sequence[Node]:
        """The entries of a list; none when the field is absent or empty."""
        if not self.has(key):
            return ()
        value = self._values[key]
        if not isinstance(value, SequenceNode):
            self.refuse(
                key,
                sentence(
                    "`{key}` must be a list: one entry a line, each beginning with “- ”.", key=key
                ),
            )
        if (count := len(value.value)) > most:
            self.refuse(
                key,
                sentence(
                    "`{key}` has {count} entries; at most {most} are taken.",
                    key=key,
                    count=count,
                    most=most,
                ),
            )
        return list(value.value)

    def refuse(self, key: str, message: Sentence) -> NoReturn:
        raise ProgrammeError(message, source=self.source, line=self.line_of(key))


def line_of(node: Node) -> int:
    return int(node.start_mark.line) + 1


def read_mapping(text: str, *, source: str, what: Sentence, known: Sequence[str]) -> Fields:
    """The one mapping that `text` is. Raises ProgrammeError for anything else."""
    loader: _Loader | None = None
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
    except _RefusedError as refused:
        raise ProgrammeError(refused.message, source=source, line=refused.line) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, int(error.position)) + 1
        message = sentence(
            "this line holds a character that no text has (a control character): remove it."
        )
        raise ProgrammeError(message, source=source, line=line) from None
    except yaml.MarkedYAMLError as error:
        raise _not_yaml(error, source) from None
    except (yaml.YAMLError, ValueError, OverflowError):
        # PyYAML lets `chr` complain about an escape such as "\UFFFFFFFF".
        where = None if loader is None else int(loader.line) + 1
        message = sentence("an escaped character does not exist: write the character itself.")
        raise ProgrammeError(message, source=source, line=where) from None
    if node is None:
        message = sentence("{what} is empty: it needs at least a title.", what=what)
        raise ProgrammeError(message, source=source, line=1)
    return fields_of(node, source=source, what=what, known=known)


def fields_of(node: Node, *, source: str, what: Sentence, known: Sequence[str]) -> Fields:
    """`node` as a mapping with no key twice and none outside `known`."""
    if not isinstance(node, MappingNode):
        message = sentence(
            "{what} must be made of fields ({known}), each written `name: value`.",
            what=what,
            known=tuple(known),
        )
        raise ProgrammeError(message, source=source, line=line_of(node))
    values: dict[str, Node] = {}
    for key, value in node.value:
        name = key.value if isinstance(key, ScalarNode) else "…"
        if name not in known:
            message = sentence(
                "{what} has no field `{name}`: its fields are {known}.",
                what=what,
                name=_shown(name),
                known=tuple(known),
            )
            raise ProgrammeError(message, source=source, line=line_of(key))
        if name in values:
            message = sentence(
                "{what} has `{name}` twice: keep one of the two.", what=what, name=name
            )
            raise ProgrammeError(message, source=source, line=line_of(key))
        values[name] = value
    return Fields(source, what, line_of(node), values)


def line_of_text(source: str, node: Node, key: str, *, numbers: bool = False) -> str:
    """The node as one trimmed line of text. Raises ProgrammeError for anything else."""
    if not isinstance(node, ScalarNode):
        message = sentence("`{key}` must be text, not a list or fields.", key=key)
    elif node.tag not in (_TEXT_OR_NUMBER if numbers else _TEXT):
        shown = _shown(node.value)
        message = sentence(
            '`{key}` must be text: write {text} in quotes, as "{text}".', key=key, text=shown
        )
    elif _CONTROL.search(node.value.strip()):
        message = sentence("`{key}` must be one line without control characters.", key=key)
    elif len(node.value) > MAX_LINE_LENGTH:
        message = sentence(
            "`{key}` has {count} characters; at most {most} are taken.",
            key=key,
            count=len(node.value),
            most=MAX_LINE_LENGTH,
        )
    else:
        return str(node.value.strip())
    raise ProgrammeError(message, source=source, line=line_of(node))


def is_line(text: str) -> bool:
    """Whether this can stand on one line of a programme: no control character, not too long."""
    return len(text) <= MAX_LINE_LENGTH and _CONTROL.search(text) is None


class _RefusedError(Exception):
    def __init__(self, message: Sentence, line: int) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


class _Loader(yaml.SafeLoader):
    """Composes nodes; never constructs a value. Its depth is bounded, so it cannot recurse away."""

    depth = 0

    def compose_node(self, parent: Node | None, index: int) -> Node | None:
        event: yaml.Event = self.peek_event()  # type: ignore[no-untyped-call]
        line = 1 if event.start_mark is None else int(event.start_mark.line) + 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise _RefusedError(
                sentence("anchors (&) and aliases (*) are not taken: write the value out."), line
            )
        if self.depth >= MAX_DEPTH:
            raise _RefusedError(sentence("this is nested too deeply for a programme."), line)
        self.depth += 1
        node: Node | None = super().compose_node(parent, index)
        self.depth -= 1
        if node is not None and node.tag in _SPECIAL_KEYS:
            raise _RefusedError(
                sentence("`{text}` is not taken here: put it in quotes.", text=str(node.value)),
                line,
            )
        if node is not None and node.tag not in _KNOWN_TAGS:
            raise _RefusedError(
                sentence("tags (!) are not taken: remove {tag}.", tag=_shown(node.tag)), line
            )
        return node


def _not_yaml(error: yaml.MarkedYAMLError, source: str) -> ProgrammeError:
    mark = error.problem_mark or error.context_mark
    line = None if mark is None else int(mark.line) + 1
    message = sentence("this is not YAML: {why}.", why=tuple(_sentences(error)))
    return ProgrammeError(message, source=source, line=line)


def _sentences(error: yaml.MarkedYAMLError) -> Iterator[str]:
    for part in (error.context, error.problem):
        if part:
            yield _CONTROL.sub("?", part.strip().rstrip("."))


def _shown(text: str) -> str:
    """At most 60 printable characters of what stands in the file, for a sentence."""
    clean = _CONTROL.sub("?", text)
    return clean if len(clean) <= 60 else clean[:59] + "…"
