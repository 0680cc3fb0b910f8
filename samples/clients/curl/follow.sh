#!/usr/bin/env bash
# Follows what changes in a dataset: FOLDER/changes.ndjson grows by one line per change, FOLDER/cursor is where to go on.
#   EXCHANGE_URL=… EXCHANGE_TOKEN=… follow.sh DATASET FOLDER [once]
# Lines may come twice when this is interrupted: whoever applies them in their order has the same in the end.
# A line {"op":"reset"} says that everything follows anew: forget what came before it.
set -euo pipefail
dataset=$1 folder=$2
mkdir -p "$folder"
while true; do
  cursor=()
  [ -s "$folder/cursor" ] && cursor=(--data-urlencode "cursor=$(cat "$folder/cursor")")

  status=$(curl --silent --show-error --get "${cursor[@]}" --data-urlencode "wait=$([ "${3:-}" = once ] && echo 0 || echo 30)" \
    --dump-header "$folder/headers" --output "$folder/page" --write-out '%{http_code}' \
    --header "Authorization: Bearer $EXCHANGE_TOKEN" --header 'Accept: application/x-ndjson' \
    "$EXCHANGE_URL/api/v1/datasets/$dataset/changes") || { echo "The stream broke off; trying again." >&2; sleep 5; continue; }

  case $status in
    200)
      [ ${#cursor[@]} -gt 0 ] || echo '{"op":"reset"}' >> "$folder/changes.ndjson"
      cat "$folder/page" >> "$folder/changes.ndjson"
      # The cursor moves last, and in one step.
      tr -d '\r' < "$folder/headers" | awk 'tolower($1) == "exchange-next-cursor:" { print $2 }' > "$folder/cursor.next"
      mv "$folder/cursor.next" "$folder/cursor"
      ;;
    410) rm "$folder/cursor"; continue ;; # the cursor is over: everything anew
    429 | 503) sleep "$(tr -d '\r' < "$folder/headers" | awk 'tolower($1) == "retry-after:" { wait = $2 } END { print wait ? wait : 5 }')"; continue ;;
    *) cat "$folder/page" >&2; exit 1 ;;
  esac
  [ "${3:-}" != once ] || exit 0
done
