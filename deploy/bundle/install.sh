#!/bin/sh
# Installs Show & Tell from this folder, without a network: sh install.sh
set -eu
here=$(cd "$(dirname "$0")" && pwd)
place="$HOME/show-and-tell"

for python in python3.12 python3.11 python3.10 python3; do
  "$python" -c 'import sys, venv, ensurepip; sys.exit(sys.maxsize < 2**32 or not (3, 10) <= sys.version_info[:2] <= (3, 12))' 2>/dev/null && break
  python=
done
if [ -z "$python" ]; then
  echo "Python 3.10, 3.11 or 3.12 with 64 bits is missing: README.txt says where to get it." >&2
  exit 1
fi

# Of the Python, not of the computer: the one decides which wheels fit.
kind=$("$python" -c 'import platform; print(platform.system(), platform.machine())')
case $kind in
"Darwin arm64" | "Linux x86_64") ;;
*)
  echo "It can't be installed here ($kind): this folder is for Macs with Apple silicon, and for Linux on x86-64." >&2
  exit 1
  ;;
esac

if [ -e "$place" ] && [ ! -f "$place/pyvenv.cfg" ]; then
  echo "There is something else in $place already: give it another name, and run this again." >&2
  exit 1
fi
echo "Installing Show & Tell into $place ..."
"$python" -m venv --clear "$place"
"$place/bin/python" -m pip install --disable-pip-version-check --quiet --no-index --find-links "$here/wheels" show-and-tell
echo "It is installed. To start it, now and later: $place/bin/show-and-tell"
