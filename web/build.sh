#!/bin/sh
# Builds the shopper's app and the console into dist/, unless dist/ is newer than what it is made of.
# All work is done in a temporary folder, and dist/ is put in place at the end. So builds may run
# side by side, nobody is served half of one, and no node_modules stays behind.
# With a process id as its first argument it gives up when that process ends.
set -eu
cd "$(dirname "$0")"
here=$PWD
owner=${1:-$$}
sources="package-lock.json .npmrc build.sh index.html console.html vite.config.ts tsconfig.json scripts src public"

if [ -f dist/index.html ] &&
  [ -z "$(find $sources ../schema.graphql -type f ! -name 'generated*.ts' ! -path '*/i18n/zh-*' ! -path '*/i18n/en.ts' ! -name documents.json -newer dist/index.html)" ]; then
  exit 0
fi
command -v npm >/dev/null || { echo "the app needs Node 20.19 or newer, with npm" >&2; exit 1; }
node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
  { echo "the app needs Node 20.19 or newer; this is $(node --version)" >&2; exit 1; }

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

mkdir "$work/web"
cp ../schema.graphql "$work"
cp -R package.json $sources "$work/web"
cd "$work/web"
run npm ci --silent --ignore-scripts
run npm run --silent build
rm -rf "$here/dist.old"
[ ! -d "$here/dist" ] || mv "$here/dist" "$here/dist.old"
mv dist "$here/dist"
rm -rf "$here/dist.old"
