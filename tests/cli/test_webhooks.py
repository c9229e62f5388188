"""`calepin webhooks`: the addresses that are told what happens to a day, from a shell."""

from __future__ import annotations

from typing import Any

URL = "https://example.org/hook"


def test_an_address_is_added_listed_and_removed(calepin: Any, day: Any) -> None:
    said = calepin("webhooks", day["day"], "--add", URL).out
    assert "whsec_" in said
    listed = calepin("webhooks", day["day"]).out
    assert listed.endswith(f"new      0 delivered, 0 waiting, 0 given up  {URL}\n")
    assert "whsec_" not in listed
    calepin("lock", day["day"])
    (one,) = calepin("webhooks", day["day"], "--json").json["webhooks"]
    assert (one["url"], one["waiting"]) == (URL, len(day["items"]) + 1)
    assert calepin("webhooks", day["day"], "--remove", one["webhook"]).out == ""
    assert calepin("webhooks", day["day"], "--json").json == {"day": day["day"], "webhooks": []}


def test_what_is_wrong_is_one_sentence(calepin: Any, day: Any) -> None:
    assert "localhost" not in calepin("webhooks", day["day"], "--add", "http://localhost/").refused(
        2
    )
    calepin("webhooks", day["day"], "--remove", "nowhere").refused(1)
    calepin("webhooks", "nowhere", "--add", URL).refused(1)
