"""`calepin publish --to`: a folder that stands by itself, says nothing more, and is whole."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import html5lib
import pytest

from server.days.contents import read_contents
from server.days.edit import Act
from server.days.edit_items import remove
from server.days.publishing import Choice, What, choice_of, contacts_of, publish
from server.days.view import load_day
from server.export.contacts import contacts_in
from server.export.site_manifest import MANIFEST
from server.pages.assets import read_style
from server.pages.site import site, zipped_site
from storage import catalogue, publication
from storage.database import Database
from storage.values import DayId, Milliseconds, NoteId, PersonId

PROGRAMME = """\
title: Vivre ensemble
subtitle: Questions à ana@chezelle.fr
sections:
  - title: Rencontres
    items:
      - title: Le garage
        people: [{name: Inès Ferrand, organisation: Garage du pont}]
        notes: |
          # Un pont

          Des notes au brouillon, écrire à leo@brouillon.fr[^1].

          [^1]: Une grue.
        conclusions: |
          # Le garage

          À retenir, voir [le site](https://exemple.fr/) ou lea@retenir.fr.

          # À retenir
      - title: La cantine
        notes: |
          Un menu secret.
        conclusions: |
          Une décision cachée.
      - title: Le marché
        notes: |
          Un étal.
        conclusions: |
          \\<script>alert("marché")\\</script>
      - title: Un point retiré
        conclusions: |
          Une phrase retirée.
  - {title: Vote}
"""
NEVER = ("Inès", "Ferrand", "brouillon", "grue", "secret", "cachée", "étal", "retiré")
CRASH = Path(__file__).with_name("crashing.py")


@dataclass(frozen=True, slots=True)
class Shelf:
    """A day whose conclusions are published, but for those of one item, and its folder."""

    calepin: Any
    made: Any
    data: Path
    folder: Path

    @property
    def day(self) -> DayId:
        return DayId(self.made["day"])

    @property
    def notes(self) -> list[NoteId]:
        return [NoteId(one["note"]) for one in self.made["items"]]

    def choose(self, what: What, *, names: bool = False, **exceptions: What) -> None:
        of = {self.notes[int(number[1:])]: one for number, one in exceptions.items()}
        with Database.open(self.data) as database, database.write() as db:
            publish(db, self.day, Choice(what, names, of), by=PersonId("x"), at=Milliseconds(1))

    def write(self, *arguments: str) -> Any:
        return self.calepin("publish", self.day, "--to", self.folder, *arguments)

    def conclusion(self) -> NoteId:
        with Database.open(self.data) as database, database.read() as db:
            return load_day(db, self.day).conclusion.id

    def files(self) -> dict[str, bytes]:
        return {one.name: one.read_bytes() for one in self.folder.iterdir()}


@pytest.fixture
def shelf(calepin: Any, tmp_path: Path) -> Shelf:
    (tmp_path / "p.yml").write_text(PROGRAMME)
    made = calepin("new", "p.yml", "--json").json
    (tmp_path / "www").mkdir()
    shelf = Shelf(calepin, made, tmp_path / "data", tmp_path / "www" / "day")
    with Database.open(shelf.data) as database, database.write() as db:
        act = Act(db, shelf.day, PersonId("x"), Milliseconds(1))
        ref = catalogue.find_note(db, shelf.notes[3])
        assert ref is not None
        remove(act, str(ref.item), blank_seq=None)
    shelf.choose("conclusions", n1="nothing")
    return shelf


def parsed(page: bytes) -> Element:
    """As a browser reads it; a fault in its HTML is an error."""
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)


def links(page: Element) -> Iterator[str]:
    for element in page.iter():
        for name in ("href", "src", "action", "data", "srcset", "poster"):
            if (link := element.get(name)) is not None:
                yield link


def test_a_folder_has_a_page_and_its_markdown_for_all_that_is_published(shelf: Shelf) -> None:
    assert shelf.write().out.strip().endswith(f"/d/{shelf.day}/read")
    garage, _, market, _ = shelf.notes
    files = shelf.files()
    conclusion = shelf.conclusion()
    shown = (garage, market, conclusion)
    assert files.keys() == {
        *("index.html", "index.md", "style.css", MANIFEST),
        *(f"n-{note}.{form}" for note in shown for form in ("html", "md")),
    }
    assert "À retenir" in files["index.html"].decode()
    assert "À retenir" in files[f"n-{garage}.md"].decode()
    ids = {one.get("id") for one in parsed(files["index.html"]).iter() if one.get("id")}
    assert {f"n-{note}" for note in shelf.notes[:3]} <= ids
    assert f"n-{garage}-h-a-retenir" in ids


def test_every_link_of_a_folder_leads_somewhere_in_it(shelf: Shelf) -> None:
    shelf.write()
    files = shelf.files()
    pages = {name: parsed(data) for name, data in files.items() if name.endswith(".html")}
    ids = {
        name: [str(one.get("id")) for one in page.iter() if one.get("id")]
        for name, page in pages.items()
    }
    followed = set()
    for name, page in pages.items():
        assert len(ids[name]) == len(set(ids[name])), name
        assert [one.tag for one in page.iter() if one.tag in ("script", "iframe", "img")] == []
        for link in links(page):
            url = urlsplit(link)
            if url.scheme == "data":
                continue
            if url.scheme:
                assert link in ("https://exemple.fr/", "mailto:lea@retenir.fr"), link
                continue
            assert not url.netloc, link
            assert "/" not in link, link
            target = url.path or name
            assert target in files, link
            assert not url.fragment or url.fragment in ids[target], link
            followed.add(target)
    assert followed == files.keys() - {MANIFEST}
    assert b"url(" not in files["style.css"]
    assert b"@import" not in files["style.css"]


@pytest.mark.promise("A1")
def test_what_is_private_leaves_no_byte(shelf: Shelf) -> None:
    done = shelf.write()
    all_bytes = b"\n".join(data for _, data in sorted(shelf.files().items()))
    text = all_bytes.decode()
    for word in NEVER:
        assert word not in text, word
    assert "Garage du pont" in text
    assert "<script" not in text.replace("\\<script", "")
    # No address gets out of which nobody was told.
    told = set(re.findall(r"To read again: (\S+) ", done.err))
    assert {found for kind, found in contacts_in(text) if kind == "email"} == told
    assert told == {"ana@chezelle.fr", "lea@retenir.fr"}

    shelf.choose("both", names=True)
    shelf.write()
    text = b"\n".join(shelf.files().values()).decode()
    assert all(word in text for word in NEVER if word != "retiré")
    assert "retiré" not in text


@pytest.mark.promise("X3")
def test_the_same_position_is_the_same_bytes(shelf: Shelf) -> None:
    shelf.write()
    first = shelf.files()
    shelf.write()
    assert shelf.files() == first
    with Database.open(shelf.data) as database, database.read() as db:
        contents = read_contents(db, shelf.day)
        choice = choice_of(publication.find(db, shelf.day))
    assert site(contents, choice, read_style()) == first
    data = zipped_site(contents, choice, read_style()).data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == first
    assert contacts_of(contents, choice)


def test_the_manifest_has_the_hash_of_every_file(shelf: Shelf) -> None:
    shelf.write()
    files = shelf.files()
    manifest = json.loads(files.pop(MANIFEST))
    assert manifest["day"] == shelf.day
    assert manifest["files"] == {
        name: {"bytes": len(data), "sha256": sha256(data).hexdigest()}
        for name, data in files.items()
    }
    assert {oct(one.stat().st_mode)[-3:] for one in shelf.folder.iterdir()} == {"644"}
    assert oct(shelf.folder.stat().st_mode)[-3:] == "755"


def test_what_is_taken_back_leaves_one_sentence(shelf: Shelf) -> None:
    shelf.write()
    done = shelf.write("--what", "nothing")
    assert done.out == "Nothing of the day is published.\n"
    files = shelf.files()
    assert files.keys() == {"index.html", "style.css", MANIFEST}
    assert "n’est plus publié" in " ".join(parsed(files["index.html"]).itertext())
    assert "Vivre ensemble" not in b"\n".join(files.values()).decode()
    assert [one.name for one in shelf.folder.parent.iterdir()] == ["day"]
    assert shelf.write("--what", "both").status == 0
    assert f"n-{shelf.notes[0]}.html" in shelf.files()


def test_there_is_no_folder_of_what_was_never_published(shelf: Shelf) -> None:
    assert "Nothing" in shelf.write("--what", "nothing").out
    assert not shelf.folder.exists()


def test_what_calepin_did_not_write_is_not_replaced(shelf: Shelf, tmp_path: Path) -> None:
    shelf.folder.mkdir()
    assert shelf.write().status == 0  # an empty one is nobody's
    page = shelf.folder / "index.html"
    written = page.read_bytes()

    def refused(name: str) -> None:
        before = {one: one.read_bytes() for one in shelf.folder.rglob("*") if one.is_file()}
        said = shelf.write("--what", "both").refused(2)
        assert f"“{name}”" in said
        after = {one: one.read_bytes() for one in shelf.folder.rglob("*") if one.is_file()}
        assert after == before
        with Database.open(shelf.data) as database, database.read() as db:
            assert choice_of(publication.find(db, shelf.day)).what == "conclusions"

    (shelf.folder / "CNAME").write_text("exemple.fr")
    refused("CNAME")
    (shelf.folder / "CNAME").unlink()
    page.write_bytes(written + b"<p>Une correction.")
    refused("index.html")
    page.unlink()
    page.symlink_to(tmp_path / "p.yml")
    refused("index.html")
    page.unlink()
    page.mkdir()
    refused("index.html")
    page.rmdir()
    page.write_bytes(written)
    manifest = shelf.folder / MANIFEST
    good = manifest.read_bytes()
    for bad in (b"", b"{}", b"[" * 100_000, good.replace(b"published", b"x")):
        manifest.write_bytes(bad)
        refused(MANIFEST)
    manifest.unlink()
    refused("index.html")
    manifest.write_bytes(good.replace(shelf.day.encode(), b"another"))
    assert "another day" in shelf.write().refused(2)
    manifest.write_bytes(good)
    page.unlink()  # one that is missing is nobody's loss
    assert shelf.write().status == 0
    assert page.read_bytes() == written


def test_a_place_that_is_none_is_refused_before_anything_is_published(
    shelf: Shelf, tmp_path: Path
) -> None:
    (tmp_path / "loop").symlink_to("loop")
    for where, said in (
        ("none/day", "There is no folder"),
        ("p.yml", "is no folder"),
        ("p.yml/day", "There is no folder"),
        ("data", "would be replaced as a whole"),
        ("/", "would be replaced as a whole"),
        ("loop", "cannot be looked at"),
    ):
        assert (
            said in shelf.calepin("publish", shelf.day, "--what", "both", "--to", where).refused()
        )
    with Database.open(shelf.data) as database, database.read() as db:
        assert choice_of(publication.find(db, shelf.day)).what == "conclusions"
    assert "--what" in shelf.calepin("publish", shelf.day).refused(2)
    assert "--what" in shelf.calepin("publish", shelf.day, "--names", "--to", shelf.folder).refused(
        2
    )


def test_a_link_to_a_folder_stays_one(shelf: Shelf, tmp_path: Path) -> None:
    shelf.write()
    (tmp_path / "current").symlink_to(shelf.folder)
    done = shelf.calepin("publish", shelf.day, "--what", "both", "--to", "current")
    assert done.status == 0
    assert (tmp_path / "current").is_symlink()
    assert "brouillon" in shelf.files()["index.html"].decode()


@pytest.mark.parametrize("how", ["kill", "refuse"])
def test_the_folder_is_whole_wherever_writing_it_ends(tmp_path: Path, how: str) -> None:
    """Each step that touches the disk is the last in turn: by SIGKILL, or by its refusal."""
    done = subprocess.run(
        [sys.executable, CRASH, how],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    ended = json.loads(done.stdout)
    assert ended["old"] > 5
    assert ended["new"] > 1
    assert ended["old"] + ended["new"] == ended["steps"]
