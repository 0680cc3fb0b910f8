#!/usr/bin/env python3
"""Reads every record of a dataset: one JSON object per line on standard output.

EXCHANGE_URL=… EXCHANGE_TOKEN=… read.py DATASET
"""
import os
import sys
import urllib.parse
import urllib.request


def read(dataset):
    """Yields each record's line; raises when the stream is not whole."""
    request = urllib.request.Request(
        f"{os.environ['EXCHANGE_URL']}/api/v1/datasets/{urllib.parse.quote(dataset, safe='')}/records",
        headers={"Authorization": f"Bearer {os.environ['EXCHANGE_TOKEN']}", "Accept": "application/x-ndjson"})
    with urllib.request.urlopen(request) as answer:
        expected, count = int(answer.headers["Exchange-Record-Count"]), 0
        for line in answer:
            count += 1
            yield line
    if count != expected:
        raise EOFError(f"{expected} records were announced, {count} came.")


if __name__ == "__main__":
    for record in read(sys.argv[1]):
        sys.stdout.buffer.write(record)
