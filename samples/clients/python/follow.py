#!/usr/bin/env python3
"""Keeps a copy of a dataset in a JSON file, together with the cursor up to which it is complete.

EXCHANGE_URL=… EXCHANGE_TOKEN=… follow.py DATASET FILE [once]
"""
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request


def page(dataset, cursor, wait):
    """One page of changes."""
    query = {"limit": 1000, "wait": wait, **({"cursor": cursor} if cursor else {})}
    request = urllib.request.Request(
        f"{os.environ['EXCHANGE_URL']}/api/v1/datasets/{urllib.parse.quote(dataset, safe='')}/changes?{urllib.parse.urlencode(query)}",
        headers={"Authorization": f"Bearer {os.environ['EXCHANGE_TOKEN']}", "Accept": "application/json"})
    with urllib.request.urlopen(request, timeout=wait + 60) as answer:
        return json.load(answer)


def load(file):
    """The copy as it was kept last."""
    try:
        with open(file, encoding="utf-8") as kept:
            return json.load(kept)
    except FileNotFoundError:
        return {"cursor": None, "records": {}}


def keep(file, copy):
    """Records and cursor in one step: they never disagree."""
    with open(file + ".next", "w", encoding="utf-8") as after:
        json.dump(copy, after, ensure_ascii=False)
        after.flush()
        os.fsync(after.fileno())
    os.replace(file + ".next", file)


def follow(dataset, file, once):
    copy, caught_up = load(file), False
    while True:
        try:
            changes = page(dataset, copy["cursor"], wait=0 if once or not caught_up else 30)
        except urllib.error.HTTPError as error:
            if error.code == 410:  # the cursor is over: everything anew, and the file stays as it is until that is whole
                copy, caught_up = {"cursor": None, "records": {}}, False
                continue
            if error.code in (429, 503):
                time.sleep(int(error.headers.get("Retry-After", 5)))
                continue
            raise
        for change in changes["items"]:
            if change["op"] == "delete":
                copy["records"].pop(change["key"], None)
            else:
                copy["records"][change["key"]] = change["record"]
        copy["cursor"], caught_up = changes["next"], not changes["more"]
        if caught_up:
            keep(file, copy)
            if once:
                return


if __name__ == "__main__":
    follow(sys.argv[1], sys.argv[2], once="once" in sys.argv[3:])
