#!/usr/bin/env python3
"""Verifies the signature of a webhook (Standard Webhooks, HMAC-SHA256).

EXCHANGE_WEBHOOK_SECRET=whsec_… verify.py WEBHOOK_ID WEBHOOK_TIMESTAMP WEBHOOK_SIGNATURE < body
"""
import base64
import hashlib
import hmac
import os
import sys
import time

TOLERANCE = 5 * 60


def is_genuine(secrets, webhook_id, timestamp, signature, body, now=None):
    """Whether the body (its bytes as they came) was signed by one of the secrets, and lately.

    The other arguments are the headers webhook-id, webhook-timestamp and webhook-signature.
    """
    try:
        if abs((time.time() if now is None else now) - int(timestamp)) > TOLERANCE:
            return False
    except ValueError:
        return False
    signed = webhook_id.encode() + b"." + timestamp.encode() + b"." + body
    for secret in secrets:
        expected = base64.b64encode(hmac.new(base64.b64decode(secret.removeprefix("whsec_")), signed, hashlib.sha256).digest())
        for each in signature.split():
            version, _, value = each.partition(",")
            if version == "v1" and hmac.compare_digest(value.encode(), expected):
                return True
    return False


if __name__ == "__main__":
    genuine = is_genuine(os.environ["EXCHANGE_WEBHOOK_SECRET"].split(), *sys.argv[1:4], sys.stdin.buffer.read())
    print("genuine" if genuine else "not genuine")
    sys.exit(0 if genuine else 1)
