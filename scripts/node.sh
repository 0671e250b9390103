#!/bin/sh
# Sees to it that there is a Node of 20.19 or newer, with npm: the machine's own, or PyPI's in the environment $1.
set -eu
good='const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'
if command -v npm >/dev/null && command -v node >/dev/null && node -e "$good"; then
  exit 0
fi
echo "No Node of 20.19 or newer here: installing it from PyPI ..."
scripts/install.sh "$1" node
