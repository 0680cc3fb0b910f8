#!/usr/bin/env bash
# Reads every record of a dataset: one JSON object per line on standard output.
#   EXCHANGE_URL=… EXCHANGE_TOKEN=… read.sh DATASET > records.ndjson
set -euo pipefail
headers=$(mktemp)
lines=$(mktemp)
trap 'rm -f "$headers" "$lines"' EXIT

# curl fails when the stream breaks off; a partial file is not printed.
curl --fail-with-body --silent --show-error --compressed --dump-header "$headers" --output "$lines" \
  --header "Authorization: Bearer $EXCHANGE_TOKEN" --header 'Accept: application/x-ndjson' \
  "$EXCHANGE_URL/api/v1/datasets/$1/records"

expected=$(tr -d '\r' < "$headers" | awk 'tolower($1) == "exchange-record-count:" { print $2 }')
[ "$(wc -l < "$lines")" -eq "$expected" ] || { echo "$expected records were announced." >&2; exit 1; }
cat "$lines"
