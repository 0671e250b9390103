#!/bin/sh
# Installs requirements/$2.txt into the environment $1, and says how far it is; all that pip said is in $1/install-$2.log.
set -eu
log="$1/install-$2.log"
total=$(grep -c '==' "requirements/$2.txt")
{
  "$1/bin/python" -m pip install --disable-pip-version-check --progress-bar off -r "requirements/$2.txt" 2>&1
  echo "pip ended with $?"
} | tee "$log" | awk -v total="$total" '
  / \(from -r / { if (++n % 10 == 0 && n <= total) printf "  %d of %d packages found\n", n, total }
  /^ *Downloading .*\([0-9.]+ [MG]B\)/ { size = $0; sub(/.*\(/, "", size); sub(/ .*/, "", size); if (size > 20) print "  " $1, $2, $3, $4 }
  /^Installing collected/ { print "  Unpacking ..." }
  { fflush() }'
if ! tail -n 1 "$log" | grep -q 'ended with 0$'; then
  grep -E '^ERROR|error:|No space left' "$log" | head -n 3 >&2 || true
  echo "Installing requirements/$2.txt did not work; $log has all of it. Check the network and the disk, then run the same command again: what is done is kept." >&2
  exit 1
fi
