"""The commands of ``python -m toolchain``, a module each."""
