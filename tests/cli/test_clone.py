"""`calepin clone`: the same programme once more, for another date."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def test_a_clone_has_the_programme_and_links_of_its_own(calepin: Any, programme: Path) -> None:
    day = calepin("new", programme, "--json").json
    copy = calepin("clone", day["day"], "--date", "2027-03-01", "--json").json
    assert list(copy) == list(day)
    assert copy["title"] == day["title"]
    assert not set(copy["links"].values()) & set(day["links"].values())
    assert [(item["section"], item["title"], item["room"]) for item in copy["items"]] == [
        (item["section"], item["title"], item["room"]) for item in day["items"]
    ]
    assert not {item["note"] for item in copy["items"]} & {item["note"] for item in day["items"]}
    assert calepin("links", copy["day"], "--json").json == copy
    exported = calepin("export", copy["day"])
    assert "2027" in exported.out
    other = calepin("clone", day["day"], "--title", "Une autre", "--json").json
    assert other["title"] == "Une autre"


def test_what_is_not_written_is_not_exported_from_the_clone(
    calepin: Any, programme: Path, tmp_path: Path
) -> None:
    day = calepin("new", programme, "--json").json
    text = tmp_path / "more.md"
    text.write_text("Dit ce jour-là.\n")
    assert calepin("import", day["items"][0]["note"], text).status == 0
    copy = calepin("clone", day["day"], "--json").json
    assert "Dit ce jour-là" in calepin("export", day["day"]).out
    assert "Dit ce jour-là" not in calepin("export", copy["day"]).out


def test_what_cannot_be_is_told_in_a_sentence(calepin: Any, programme: Path) -> None:
    day = calepin("new", programme, "--json").json["day"]
    for given, status in (
        (("nowhere", "--date", "2027-03-01"), 1),
        ((day, "--date", "1er mars"), 2),
        ((day, "--date", "2027-02-30"), 2),
        ((day, "--title", " "), 2),
    ):
        refused = calepin("clone", *given)
        assert refused.status == status, given
        assert refused.err.strip().endswith(".")
