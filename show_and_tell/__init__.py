"""The installed Show & Tell: ``show-and-tell``, or ``python -m show_and_tell``."""
