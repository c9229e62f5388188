#!/bin/sh
# Collect the conclusions of a day as one Markdown file, or verify what a webhook sends.
#
#   CALEPIN_TOKEN=clp_… sh collect.sh https://notes.example.org DAY FILE
#   CALEPIN_SECRET=whsec_… sh collect.sh --verify ID TIMESTAMP SIGNATURE < body
#
# The three values are the headers webhook-id, webhook-timestamp and webhook-signature. Needs curl;
# verifying needs openssl, od and base64. Keys in the arguments of openssl are seen by who may list
# the processes of this machine: in a program that runs for long, verify as collect.py does.
set -eu

if [ "${1:-}" = --verify ]; then
    age=$(($(date +%s) - $3))
    if [ "$age" -gt 300 ] || [ "$age" -lt -300 ]; then
        echo "The request is too old." >&2
        exit 1
    fi
    key=$(printf %s "${CALEPIN_SECRET#whsec_}" | base64 -d | od -An -v -tx1 | tr -d ' \n')
    wanted=$({ printf '%s.%s.' "$2" "$3"; cat; } |
        openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | base64)
    for one in $4; do
        if [ "$one" = "v1,$wanted" ]; then exit 0; fi
    done
    echo "The signature is not right." >&2
    exit 1
fi

# The token comes by standard input, so that nobody sees it among the processes.
printf 'header = "Authorization: Bearer %s"\n' "$CALEPIN_TOKEN" |
    curl --fail-with-body --silent --show-error --config - --output "$3" \
        "${1%/}/api/days/$2/export?format=md&part=conclusions"
echo "The conclusions are in $3."
