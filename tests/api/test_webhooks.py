"""The addresses of a day, over HTTP: registered, shown, forgotten, by its organisers alone."""

from __future__ import annotations

import pytest

from server.webhooks.registering import MAX_WEBHOOKS
from tests.api.conftest import Api, Made, refused

URL = "https://example.org/hook?key=hidden"


async def test_an_address_is_registered_shown_without_its_secret_and_forgotten(
    api: Api, made: Made
) -> None:
    path, token = f"/api/days/{made.day}/webhooks", made.tokens["organiser"]
    answer = await api.ask("POST", path, token, json={"url": URL})
    new = answer.json()
    secret = new.pop("secret")
    assert (answer.status_code, new["url"], new["state"]) == (201, URL, "new")
    assert secret.startswith("whsec_")
    shown = await api.ask("GET", path, token)
    assert shown.json() == {"webhooks": [new]}
    assert (new["waiting"], new["next_at"], new["last"]) == (0, None, None)
    gone = await api.ask("DELETE", f"{path}/{new['webhook']}", token)
    assert gone.json() == {"webhook": new["webhook"], "removed": True}
    assert (await api.ask("GET", path, token)).json() == {"webhooks": []}
    lines = (await api.ask("GET", f"/api/days/{made.day}/journal", token)).json()["journal"]
    assert [(line["what"], line["why"]) for line in lines[-2:]] == [
        ("add_webhook", "example.org"),
        ("remove_webhook", "example.org"),
    ]
    again = await api.ask("POST", path, token, json={"url": URL})
    assert again.json()["secret"] != secret


@pytest.mark.parametrize("role", ["reader", "writer", "moderator"])
async def test_only_organisers_see_and_change_them(api: Api, made: Made, role: str) -> None:
    path, token = f"/api/days/{made.day}/webhooks", made.tokens[role]
    refused(await api.ask("GET", path, token), 403, "not_allowed")
    refused(await api.ask("POST", path, token, json={"url": URL}), 403, "not_allowed")
    refused(await api.ask("DELETE", f"{path}/x", token), 403, "not_allowed")
    refused(await api.ask("POST", f"{path}/x/test", token), 403, "not_allowed")


async def test_what_cannot_be_registered_is_refused(api: Api, made: Made) -> None:
    path, token = f"/api/days/{made.day}/webhooks", made.tokens["organiser"]
    for wrong in ("", "ftp://example.org", "http://127.0.0.1/", "https://a b/", "http://[::1]/"):
        answer = await api.ask("POST", path, token, json={"url": wrong})
        assert refused(answer, 400, "bad_input")["field"] == "url"
    refused(await api.ask("POST", path, token, json={}), 400, "bad_input")
    for number in range(MAX_WEBHOOKS):
        answer = await api.ask("POST", path, token, json={"url": f"https://example.org/{number}"})
        assert answer.status_code == 201
    refused(await api.ask("POST", path, token, json={"url": f"{URL}1"}), 413, "too_large")
    refused(
        await api.ask("POST", path, token, json={"url": "https://example.org/1"}), 409, "conflict"
    )


async def test_an_address_of_another_day_is_none(api: Api, made: Made) -> None:
    other = await api.make_day()
    path = f"/api/days/{other.day}/webhooks"
    new = await api.ask("POST", path, other.tokens["organiser"], json={"url": URL})
    wrong = f"/api/days/{made.day}/webhooks/{new.json()['webhook']}"
    refused(await api.ask("DELETE", wrong, made.tokens["organiser"]), 404, "not_found")
