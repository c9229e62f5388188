"""What an address is sent: the body, and the signature that tells whom it is from. Pure.

As the Standard Webhooks specification 1.0.0 says (https://www.standardwebhooks.com).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any, Final

from storage.deliveries import Delivery
from storage.values import Milliseconds, WebhookId

TEST: Final = "webhook.test"
"""The type of what is sent to try an address, and says nothing."""
SECRET_PREFIX = "whsec_"  # noqa: S105 (the public beginning of every secret)


def derive_secret(key: bytes, webhook: WebhookId) -> bytes:
    """The secret of an address: the same for ever, and told only by who knows the server's key."""
    return hmac.digest(key, b"webhook:" + webhook.encode(), hashlib.sha256)


def shown_secret(secret: bytes) -> str:
    """As whoever receives is given it."""
    return SECRET_PREFIX + base64.b64encode(secret).decode()


def body(one: Delivery, *, server: str) -> bytes:
    """What is sent of an event, the same bytes at every attempt while the server's address is the
    same. There is nothing in it that anybody wrote in a note, and nothing that opens one."""
    where = f"/api/days/{one.day}" if one.note is None else f"/api/notes/{one.note}"
    data: dict[str, Any] = {
        "day": one.day,
        "note": one.note,
        "title": one.title,
        "state": one.state,
        "at": one.at,
        "seq": one.seq,
        "address": f"{server}{where}/export?format=md&part=conclusions",
    }
    moment = datetime.fromtimestamp(one.at / 1000, UTC).isoformat(timespec="milliseconds")
    message = {"type": one.type, "timestamp": moment.replace("+00:00", "Z"), "data": data}
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()


def headers(event: str, body: bytes, *, secret: bytes, now: Milliseconds) -> dict[str, str]:
    """Those that say which event it is, when it is sent, and who sends it."""
    seconds = str(now // 1000)
    signed = b".".join([event.encode(), seconds.encode(), body])
    signature = base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode()
    return {
        "webhook-id": event,
        "webhook-timestamp": seconds,
        "webhook-signature": f"v1,{signature}",
    }
