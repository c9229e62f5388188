"""`calepin new`, `links` and `demo`: a day is made, and its links are the same for ever."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

REAL_DAY = Path(__file__).resolve().parents[3] / "shared" / "data" / "day" / "programme.yml"
ROLES = ["reader", "writer", "moderator", "organiser"]


def test_new_prints_one_json_object(calepin: Any, programme: Path) -> None:
    day = calepin("new", programme, "--json").json
    assert list(day) == ["day", "title", "links", "tokens", "items"]
    assert day["title"] == "Une journée"
    assert list(day["links"]) == list(day["tokens"]) == ROLES
    for role in ROLES:
        assert day["links"][role] == f"http://127.0.0.1:8000/join/{day['tokens'][role]}"
    assert [list(item) for item in day["items"]] == [["note", "section", "title", "room"]] * 2
    assert [(i["section"], i["title"], i["room"]) for i in day["items"]] == [
        ("Rencontres", "Le garage", "101"),
        ("Rencontres", "La cantine", "102"),
    ]
    assert len({item["note"] for item in day["items"]} | {day["day"]}) == 3


def test_links_are_the_same_for_ever_and_differ_between_days(calepin: Any, programme: Path) -> None:
    first, second = (calepin("new", programme, "--json").json for _ in range(2))
    assert calepin("links", first["day"], "--json").json == first
    assert calepin("links", second["day"], "--json").json == second
    assert not set(first["tokens"].values()) & set(second["tokens"].values())


def test_links_begin_with_the_public_address(calepin: Any, programme: Path) -> None:
    url = "https://notes.example"
    day = calepin("new", programme, "--json", CALEPIN_PUBLIC_URL=url + "/").json
    assert day["links"]["reader"] == f"{url}/join/{day['tokens']['reader']}"


def test_without_json_each_role_has_its_line(calepin: Any, programme: Path) -> None:
    day = calepin("new", programme, "--json").json
    shown = calepin("links", day["day"])
    assert shown.status == 0
    lines = shown.out.splitlines()
    assert lines[0].startswith("Une journée")
    for role in ROLES:
        assert [role, day["links"][role]] in [line.split() for line in lines]


def test_the_data_folder_can_be_chosen_by_flag_or_setting(
    calepin: Any, programme: Path, tmp_path: Path
) -> None:
    day = calepin("new", programme, "--json", "--data", "here").json
    assert calepin("links", day["day"], "--json", CALEPIN_DATA=str(tmp_path / "here")).json == day
    assert not (tmp_path / "data").exists()


@pytest.mark.promise("A1")
def test_no_token_is_kept_on_the_disk(calepin: Any, programme: Path, tmp_path: Path) -> None:
    tokens = calepin("new", programme, "--json").json["tokens"].values()
    kept = b"".join(f.read_bytes() for f in (tmp_path / "data").rglob("*") if f.is_file())
    assert not any(token.encode() in kept for token in tokens)


@pytest.mark.promise("A1")
def test_only_its_owner_reads_the_secret(calepin: Any, programme: Path, tmp_path: Path) -> None:
    assert calepin("new", programme).status == 0
    assert (tmp_path / "data" / "secret.key").stat().st_mode & 0o777 == 0o600


def test_demo_makes_the_sample_day_once(calepin: Any) -> None:
    day = calepin("demo", "--json").json
    assert day["title"] == "Vivre ensemble la transition"
    assert len(day["items"]) == 13
    assert calepin("demo", "--json").json == day
    assert calepin("verify").out.startswith("The store is sound: 14 notes, 14 rows")


def test_demo_leaves_a_store_with_a_day_alone(calepin: Any, programme: Path) -> None:
    day = calepin("new", programme, "--json").json
    assert calepin("demo", "--json").json == day


@pytest.mark.skipif(
    not REAL_DAY.exists(), reason="the data of a real day is not beside the repository"
)
def test_a_real_day_becomes_a_day(calepin: Any) -> None:
    day = calepin("new", REAL_DAY, "--json").json
    assert len(day["items"]) == 16
    assert [item["room"] for item in day["items"][6:14]] == [
        *("101", "102", "103", "201", "213", "301", "318", "303")
    ]
