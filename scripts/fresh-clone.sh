#!/usr/bin/env bash
# What a new user meets: clones this repository's HEAD into an empty folder that other users can't read, sets it up as
# the README says, takes the README's tour, kills the server and finds the data again.
set -euo pipefail
repository=$(git -C "$(dirname "$0")/.." rev-parse --show-toplevel)
folder=$(mktemp -d)
chmod 700 "$folder"
server=
finish() {
  if [ -n "$server" ]; then kill -9 "$server" 2>/dev/null || true; fi
  # The embedded PostgreSQL outlives a killed server; its process id is the first line of this file.
  local pids
  pids=$(find "$folder" -name postmaster.pid -exec head -n 1 {} \; 2>/dev/null) || true
  for pid in $pids; do kill -INT "$pid" 2>/dev/null || true; done
  sleep 1
  rm -rf "$folder"
}
trap finish EXIT
fail() { printf 'fresh clone: %s\n' "$1" >&2; tail -n 20 "$folder/server.log" >&2 || true; exit 1; }

git clone -q "$repository" "$folder/taskpact"
cd "$folder/taskpact"
npm ci
export PORT="${PORT:-3917}"
api=http://localhost:$PORT/api/v1
json='Content-Type: application/json'
field() { node -pe 'JSON.parse(require("fs").readFileSync(0))["'"$1"'"]'; }
expect() { if [ "$2" != "$3" ]; then fail "$1: expected $2, got $3"; fi; printf '  %s: %s\n' "$1" "$3"; }

start() {
  local began=$SECONDS
  # The process itself, not npm's shell around it, so that kill -9 hits the server.
  PATH="$PWD/node_modules/.bin:$PATH" node src/main.ts >"$folder/server.log" 2>&1 &
  server=$!
  until curl -sf -o /dev/null "http://localhost:$PORT/health/ready"; do
    if [ $((SECONDS - began)) -gt 20 ]; then fail 'not ready after 20 s'; fi
    kill -0 "$server" 2>/dev/null || fail 'the server ended'
    sleep 0.1
  done
  printf '  ready after %s s\n' "$((SECONDS - began))"
}

start
credentials='{"email":"ada@example.com","password":"correct horse battery"}'
status() { curl -s -o /dev/null -w '%{http_code}' "$@"; }
expect register 201 "$(status "$api/auth/register" -H "$json" -d "$credentials")"
token=$(curl -s "$api/auth/login" -H "$json" -d "$credentials" | field access_token)
bearer="Authorization: Bearer $token"
id=$(curl -s "$api/tasks" -H "$bearer" -H "$json" -d '{"title":"Buy milk"}' | field id)
expect 'tasks in the list' 1 "$(curl -s "$api/tasks?status=pending" -H "$bearer" | field total)"
expect 'patched status' completed \
  "$(curl -s -X PATCH "$api/tasks/$id" -H "$bearer" -H "$json" -d '{"status":"completed"}' | field status)"
other=$(curl -s "$api/tasks" -H "$bearer" -H "$json" -d '{"title":"Delete me"}' | field id)
expect 'deleted' 204 "$(status -X DELETE "$api/tasks/$other" -H "$bearer")"
expect 'a mistake' 422 "$(status "$api/tasks" -H "$bearer" -H "$json" -d '{"title":"","colour":"red"}')"
expect 'docs page' 200 "$(status "http://localhost:$PORT/docs")"

kill -9 "$server"
wait "$server" 2>/dev/null || true
start
expect 'task after kill -9' completed "$(curl -s "$api/tasks/$id" -H "$bearer" | field status)"
kill -TERM "$server"
wait "$server" || fail 'did not stop in order'
server=
printf '  stopped in order\n'
