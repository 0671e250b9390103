"""The command ``show-and-tell``: the server's command line, which opens the browser as well.

The installed package has what it runs inside ``program/``: at the top of everybody's site-packages, a name like
``server`` would get in the way of others (``docs/decisions/029-one-install.md``).
"""

import sys
from pathlib import Path
from typing import Final

#: Where the wheel has ``server``, ``contract`` and ``web``. In the repository they lie beside this package.
PROGRAM: Final = Path(__file__).resolve().parent / "program"


def main() -> None:
    """Run the command line."""
    # The first place: another package called server may be installed.
    sys.path.insert(0, str(PROGRAM if PROGRAM.is_dir() else PROGRAM.parents[1]))
    from server.__main__ import main as server

    server(prog_name="show-and-tell", default_map={"browser": True})


if __name__ == "__main__":
    main()
