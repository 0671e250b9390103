#!/bin/sh
# Pins requirements/*.in in requirements/*.txt, for Python 3.10 to 3.12 at once, all layers from one solution.
set -eu
"$1/bin/python" -m pip install --disable-pip-version-check -q uv
venv=$1
compile() {
  "$venv/bin/uv" pip compile -q --generate-hashes --universal --python-version 3.10 --no-annotate --no-emit-index-url \
    --custom-compile-command "make lock" "$@"
}
all=$(mktemp)
compile --upgrade requirements/serve.in requirements/convert.in requirements/toolchain.in requirements/scale.in \
  requirements/test.in -o "$all"
for layer in serve convert toolchain scale test; do
  compile --upgrade -c "$all" "requirements/$layer.in" -o "requirements/$layer.txt"
done
compile --upgrade requirements/node.in -o requirements/node.txt
compile --upgrade requirements/wheel.in -o requirements/wheel.txt
rm "$all"
