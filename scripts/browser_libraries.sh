#!/bin/sh
# Browser libraries from package-lock.json, with the machine's Node.js or the one from the Python wheel.
set -eu
venv=$1
if command -v npm >/dev/null 2>&1; then
  npm ci --no-audit --no-fund --loglevel=error
else
  PATH="$(cd "$venv/bin" && pwd):$PATH" "$venv/bin/npm" ci --no-audit --no-fund --loglevel=error
fi
