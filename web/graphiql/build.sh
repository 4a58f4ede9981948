#!/bin/sh
# Builds GraphiQL into dist/, unless dist/ is newer than what it is made of.
# All work is done in a temporary folder, and dist/ is put in place at the end. So builds may run
# side by side, nobody is served half of one, and no node_modules stays behind.
# With a process id as its first argument it gives up when that process ends.
set -eu
cd "$(dirname "$0")"
here=$PWD
owner=${1:-$$}

if [ -f dist/page.html ] &&
  [ -z "$(find package-lock.json build.mjs build.sh src -newer dist/page.html)" ]; then
  exit 0
fi
command -v npm >/dev/null || { echo "GraphiQL needs Node 18 or newer, with npm" >&2; exit 1; }

work=$(mktemp -d)
child=
cleanup() {
  if [ -n "$child" ]; then
    kill "$child" 2>/dev/null || true
    wait "$child" 2>/dev/null || true # or it would write into what is being removed
  fi
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 1' HUP INT TERM

# Runs a command for as long as the owner lives.
run() {
  "$@" &
  child=$!
  while kill -0 "$child" 2>/dev/null; do
    kill -0 "$owner" 2>/dev/null || exit 1
    sleep 0.2
  done
  wait "$child"
  child=
}

cp -R package.json package-lock.json .npmrc build.mjs src "$work"
cd "$work"
run npm ci --silent
run node build.mjs
rm -rf "$here/dist"
mv dist "$here/dist"
