"""``python -m toolchain``."""

from toolchain.cli import main

# The processes that read photos load this module, too, and must not run the command again.
if __name__ == "__main__":
    main(prog_name="python -m toolchain")
