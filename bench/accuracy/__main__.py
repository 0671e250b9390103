"""Runs ``python -m bench.accuracy``."""

from bench.accuracy.command import main

main(prog_name="python -m bench.accuracy")
