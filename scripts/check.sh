#!/bin/sh
# All checks, in the order in which they are quick to fail.
set -eu
venv=$1
"$venv/bin/ruff" check .
"$venv/bin/ruff" format --check .
"$venv/bin/mypy" .
"$venv/bin/lint-imports"
exec "$venv/bin/python" -m pytest -n 2 --dist loadgroup --cov --cov-report=term:skip-covered
