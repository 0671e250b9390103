"""``python -m toolchain``."""

from toolchain.cli import main

main(prog_name="python -m toolchain")
