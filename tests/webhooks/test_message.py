"""What an address is sent, and its signature."""

from __future__ import annotations

import base64
import json
from dataclasses import replace

from server.webhooks import message
from storage.deliveries import Delivery
from storage.values import DayId, Milliseconds, NoteId, WebhookId
from tests.webhooks.receiver import Request

LOCKED = Delivery(
    WebhookId("hook"),
    DayId("day1"),
    "https://example.org/hook",
    "msg_day1_7_1795428900123",
    "note.locked",
    Milliseconds(1_795_428_900_123),
    NoteId("note1"),
    "Un « pont »",
    "locked",
    57,
    attempts=1,
)
PUBLISHED = replace(
    LOCKED, type="day.published", note=None, title="Une journée", state="conclusions", seq=None
)
SERVER = "https://notes.example.org"


def test_a_lock_says_which_note_and_where_its_conclusions_are() -> None:
    assert json.loads(message.body(LOCKED, server=SERVER)) == {
        "type": "note.locked",
        "timestamp": "2026-11-23T10:15:00.123Z",
        "data": {
            "day": "day1",
            "note": "note1",
            "title": "Un « pont »",
            "state": "locked",
            "at": 1_795_428_900_123,
            "seq": 57,
            "address": f"{SERVER}/api/notes/note1/export?format=md&part=conclusions",
        },
    }


def test_a_publication_is_of_the_day() -> None:
    said = json.loads(message.body(PUBLISHED, server=SERVER))
    assert (said["type"], said["data"]["note"], said["data"]["seq"]) == (
        "day.published",
        None,
        None,
    )
    where = f"{SERVER}/api/days/day1/export?format=md&part=conclusions"
    assert said["data"]["address"] == where


def test_a_later_attempt_has_the_same_body() -> None:
    again = replace(LOCKED, attempts=5)
    assert message.body(again, server=SERVER) == message.body(LOCKED, server=SERVER)


def test_the_signature_is_the_one_of_the_libraries_of_the_specification() -> None:
    # The example in the tests of the reference implementations.
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    body, event = b'{"test": 2432232314}', "msg_p5jXN8AQM9LWM0D4loKWxJek"
    headers = message.headers(event, body, secret=secret, now=Milliseconds(1_614_265_330_999))
    assert headers == {
        "webhook-id": event,
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_a_signature_is_of_one_address_one_moment_and_one_body() -> None:
    key = bytes(range(32))
    secret = message.derive_secret(key, WebhookId("hook"))
    shown = message.shown_secret(secret)
    other = message.shown_secret(message.derive_secret(key, WebhookId("hook2")))
    body = message.body(LOCKED, server=SERVER)
    headers = message.headers(LOCKED.event, body, secret=secret, now=LOCKED.at)
    sent = Request("POST / HTTP/1.1", headers, body)
    assert shown.startswith("whsec_")
    assert len(secret) == 32
    assert sent.is_signed_with(shown)
    assert not sent.is_signed_with(other)
    assert not replace(sent, body=body + b" ").is_signed_with(shown)
    later = headers | {"webhook-timestamp": "1795428901"}
    assert not replace(sent, headers=later).is_signed_with(shown)
