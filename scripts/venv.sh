#!/bin/sh
# Makes the virtual environment $1 with a Python from 3.10 to 3.12.
set -eu
for python in "${PYTHON:-}" python3.11 python3.12 python3.10 python3 python; do
  [ -n "$python" ] && "$python" -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 12))' 2>/dev/null \
    && break
  python=
done
if [ -z "$python" ]; then
  found=$(python3 --version 2>/dev/null || echo "no Python")
  echo "Python 3.10, 3.11 or 3.12 is missing (here: $found): get one (macOS: brew install python@3.12; Debian 12, Ubuntu: sudo apt install python3; elsewhere: https://docs.astral.sh/uv/ and uv python install 3.12), or say where it is: make PYTHON=/path/to/python3.12" >&2
  exit 1
fi
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
  echo "Python's venv is missing: sudo apt install python$version-venv" >&2
  exit 1
fi
echo "Making the Python environment $1 with $("$python" --version) ..."
"$python" -m venv "$1"
