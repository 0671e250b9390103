#!/bin/sh
# Prints the path of a Chromium or Chrome; installs Debian's chromium where that can be done.
# Prints nothing where there is none; `--missing` then says so, loudly, and fails where CI=true.
set -eu
find_browser() {
  for browser in "${CHROME:-}" chromium chromium-browser google-chrome google-chrome-stable \
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" "/Applications/Chromium.app/Contents/MacOS/Chromium"; do
    # Asked for its version: Ubuntu's chromium-browser is a stub that only says to install a snap.
    [ -n "$browser" ] && "$browser" --version >/dev/null 2>&1 && command -v "$browser" && return
  done
  return 1
}
if [ "${1:-}" = --missing ]; then
  echo "***" >&2
  echo "*** The browser tests did NOT run: there is no Chromium or Chrome here." >&2
  echo "*** Get one (Debian: sudo apt install chromium), or say where it is: CHROME=/path make test" >&2
  echo "***" >&2
  [ "${CI:-}" != true ]
  exit
fi
find_browser && exit
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  echo "Installing Debian's chromium for the browser tests ..." >&2
  { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy chromium; } >&2 || true
fi
find_browser || true
