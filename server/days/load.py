"""A programme from the disk: its file, of whatever format, and the Markdown files that it names."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from server.days.incoming.formats import read_programme
from server.days.incoming.listing import MAX_FILE_BYTES as MAX_PROGRAMME_BYTES
from server.days.incoming.listing import Incoming, Wanted
from server.days.programme import TextFile
from server.errors import BadInput, ProgrammeError
from server.sentences import sentence

MAX_FILE_BYTES = 1024 * 1024


def load_programme(path: Path, wanted: Wanted | None = None) -> Incoming:
    """Read the programme at `path`. Files it names must lie in its folder, links followed.

    Raises ProgrammeError for what is wrong inside, BadInput when the file cannot be read.
    """
    source = path.name or str(path)
    try:
        data = _read_bytes(path, MAX_PROGRAMME_BYTES)
    except OSError as error:
        raise BadInput(f"The programme {path} cannot be read: {error.strerror}.") from error
    except _NotTextError as error:
        raise ProgrammeError(sentence("{why}.", why=str(error)), source=source) from error
    read = partial(_read_named, path.parent)
    return read_programme(data, name=source, wanted=wanted or Wanted(), read=read)


def read_bytes(path: Path, at_most: int) -> bytes:
    """The content of a file of at most so many bytes. Raises BadInput with a sentence when there
    is none to take."""
    try:
        return _read_bytes(path, at_most)
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}.") from error
    except _NotTextError as error:
        raise BadInput(f"{path} cannot be taken: {error}.") from error


def _read_named(folder: Path, file: TextFile) -> str:
    try:
        root = folder.resolve()
        target = (root / file.path).resolve()
        if not target.is_relative_to(root):
            raise _NotTextError("it leads out of the programme's folder")
        return _read_text(target)
    except OSError as error:
        reason = f"{file.path} cannot be read: {error.strerror}"
    except RuntimeError:  # how pathlib names a loop of links, up to Python 3.12
        reason = f"{file.path} cannot be read: its links lead in a circle"
    except _NotTextError as error:
        reason = f"{file.path} cannot be taken: {error}"
    message = sentence("`{field}`: {why}.", field=file.field, why=reason)
    raise ProgrammeError(message, source=file.source, line=file.line)


class _NotTextError(ValueError):
    """Bytes that are no text a note can begin with; the message ends a sentence."""


def _read_bytes(path: Path, at_most: int) -> bytes:
    if path.exists() and not path.is_file():
        raise _NotTextError("it is not a file")
    with path.open("rb") as file:
        data = file.read(at_most + 1)
    if len(data) > at_most:
        raise _NotTextError(f"it is larger than {at_most >> 20} MiB")
    return data


def _read_text(path: Path) -> str:
    data = _read_bytes(path, MAX_FILE_BYTES)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _NotTextError(f"it is not UTF-8 (line {line}); save it as UTF-8") from None
    return text.replace("\r\n", "\n")
