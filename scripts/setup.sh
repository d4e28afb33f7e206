#!/bin/sh
# The Python environment in $1: everything at the versions of constraints.txt.
set -eu
venv=$1
python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' || {
  echo "Python 3.11, 3.12 or 3.13 is needed; set PYTHON=/path/to/python3.11" >&2
  exit 1
}
if [ ! -x "$venv/bin/python" ]; then
  "$python" -m venv "$venv" || {
    echo "The venv module is missing: install it first (Debian: apt-get install python3-venv)." >&2
    rm -rf "$venv"
    exit 1
  }
fi
echo "Installing the environment (a few minutes the first time) …"
# torch first and pinned: the CPU build is taken where it is on hand, and nothing later asks for another.
"$venv/bin/python" -m pip install -q --disable-pip-version-check --retries 5 -c constraints.txt torch==2.13.0
"$venv/bin/python" -m pip install -q --disable-pip-version-check --retries 5 -c constraints.txt -e '.[dev]'
