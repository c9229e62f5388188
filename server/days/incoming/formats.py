"""What a file is, by its content before its name, and the programme that it holds. Pure."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from server.days.incoming import csv_file, frab_json, frab_xml, ical, ods_file, own_export
from server.days.incoming.gather import gather
from server.days.incoming.listing import MAX_FILE_BYTES, Incoming, Listing, Wanted
from server.days.incoming.text import WINDOWS, decode
from server.days.programme import ReadText, no_files, parse_programme
from server.errors import ProgrammeError
from server.sentences import Sentence, sentence

MAX_YAML_BYTES = 1024 * 1024
"""What somebody writes by hand is smaller."""

_YAML = (".yml", ".yaml")
_TABLES = (".csv", ".tsv")
_ARCHIVE = b"PK\x03\x04"
_XML_MARKS = (b"\xff\xfe<\x00", b"\xfe\xff\x00<")


def read_programme(
    data: bytes, *, name: str, wanted: Wanted, read: ReadText = no_files
) -> Incoming:
    """The programme in `data`, whose file is called `name`, or "" where that is not known.

    Total: an Incoming or a ProgrammeError, for any bytes. Without a name, what shows no other
    format is YAML. `read` is for the texts that a programme in YAML names.
    """
    source = name or "programme"
    if len(data) > MAX_FILE_BYTES:
        message = sentence("it is larger than {most} MiB.", most=MAX_FILE_BYTES // 1024 // 1024)
        raise ProgrammeError(message, source=source)
    begins = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    if data.startswith(_ARCHIVE):
        if not ods_file.is_sheet(data):
            raise _unknown(source, sentence("it is an archive, or of another office program"))
        listing = ods_file.read_sheet(data, source=source)
    elif begins.startswith((b"<", *_XML_MARKS)):
        listing = frab_xml.read_schedule(data, source=source)
    elif PurePath(name).suffix.lower() in _YAML:
        return _read_yaml(data, source, read)
    else:
        text, is_windows = decode(data, source=source)
        found = _read_text(text, name, source, wanted)
        if found is None:
            return _read_yaml(data, source, read)
        listing = found
        if is_windows:
            listing = replace(listing, remarks=(WINDOWS, *listing.remarks))
    if not listing.title and not wanted.title:
        # A table has no title of its own; its file has a name that somebody gave it.
        wanted = Wanted(wanted.date, PurePath(name).stem[:100].strip(), wanted.timezone)
    return gather(listing, wanted, source=source)


def _read_text(text: str, name: str, source: str, wanted: Wanted) -> Listing | None:
    """The listing of a text; None where it is a programme in YAML, or in JSON as a part of it."""
    suffix = PurePath(name).suffix.lower()
    begins = text[:4096].lstrip()
    if begins[:15].upper() == "BEGIN:VCALENDAR":
        return ical.read_calendars(text, timezone=wanted.timezone, source=source)
    if begins.startswith("{"):
        return _read_json(text, suffix, source)
    if suffix in _TABLES or csv_file.is_table(text):
        return csv_file.read_table(text, source=source)
    if name:
        raise _unknown(source, sentence("it is none of the files that are read"))
    return None


def _read_yaml(data: bytes, source: str, read: ReadText) -> Incoming:
    if len(data) > MAX_YAML_BYTES:
        raise ProgrammeError(sentence("it is larger than {most} MiB.", most=1), source=source)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = sentence("it is not UTF-8 (line {line}); save it as UTF-8.", line=line)
        raise ProgrammeError(message, source=source) from None
    return Incoming(parse_programme(text.replace("\r\n", "\n"), source=source, read=read))


def _read_json(text: str, suffix: str, source: str) -> Listing | None:
    try:
        value: Any = json.loads(text)
    except json.JSONDecodeError as error:
        if suffix != ".json":
            return None  # YAML, in braces
        message = sentence("this is not JSON ({why}).", why=error.msg)
        raise ProgrammeError(message, source=source, line=error.lineno) from None
    except (RecursionError, ValueError):  # too deep, or a number of thousands of digits
        message = sentence("this is JSON that no schedule is: too deep, or with an endless number.")
        raise ProgrammeError(message, source=source) from None
    if isinstance(value, dict) and "schedule" in value:
        return frab_json.read_schedule(value, source=source)
    if isinstance(value, dict) and value.get("format") == "calepin-export":
        return own_export.read_export(value, source=source)
    return None


def _unknown(source: str, why: Sentence) -> ProgrammeError:
    message = sentence(
        "{why}. Programmes are taken from YAML (.yml), schedules of frab and pretalx "
        "(schedule.json, schedule.xml), iCalendar (.ics), tables (.csv, .ods) and Calepin's own "
        "export (.json).",
        why=why,
    )
    return ProgrammeError(message, source=source)
