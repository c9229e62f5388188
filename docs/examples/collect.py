#!/usr/bin/env python3
"""Collect the conclusions of a day as Markdown, and verify what a webhook sends.

    CALEPIN_TOKEN=clp_… python3 collect.py https://notes.example.org DAY FOLDER
    CALEPIN_SECRET=whsec_… python3 collect.py --verify ID TIMESTAMP SIGNATURE < body

The first writes one file for each note. The second ends with 0 where the signature is right; its
three values are the headers webhook-id, webhook-timestamp and webhook-signature. Python 3.9 or
later, and nothing else.
"""

import base64
import hashlib
import hmac
import json
import os
import sys
import time
import urllib.request
from pathlib import Path

MOST_SECONDS = 300
"""An older request may be one that somebody kept and sends again."""


def fetch(address, token):
    """What is at an address, as bytes."""
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.read()


def collect(server, day, token, folder):
    """Write the conclusions of each note into the folder; how many files."""
    programme = json.loads(fetch(f"{server}/api/days/{day}", token))
    notes = [item["note"] for section in programme["sections"] for item in section["items"]]
    notes.append(programme["conclusion"]["note"])
    folder.mkdir(parents=True, exist_ok=True)
    for note in notes:
        text = fetch(f"{server}/api/notes/{note}/export?format=md&part=conclusions", token)
        (folder / f"{note}.md").write_bytes(text)
    return len(notes)


def is_genuine(secret, event, timestamp, signatures, body, now):
    """Whether a request comes from the server that has this secret, and was sent just now."""
    if not timestamp.isdigit() or abs(now - int(timestamp)) > MOST_SECONDS:
        return False
    key = base64.b64decode(secret[len("whsec_") :])
    signed = f"{event}.{timestamp}.".encode() + body
    digest = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest())
    wanted = b"v1," + digest
    return any(hmac.compare_digest(wanted, one.encode()) for one in signatures.split())


if __name__ == "__main__":
    if sys.argv[1:2] == ["--verify"]:
        body = sys.stdin.buffer.read()
        genuine = is_genuine(os.environ["CALEPIN_SECRET"], *sys.argv[2:5], body, time.time())
        sys.exit(0 if genuine else "The signature is not right, or too old.")
    server, day, folder = sys.argv[1:4]
    count = collect(server.rstrip("/"), day, os.environ["CALEPIN_TOKEN"], Path(folder))
    print(f"{count} notes are in {folder}.")
