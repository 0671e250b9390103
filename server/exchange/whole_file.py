"""Files that are there whole or not at all, whatever happens while they are written."""

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def whole(target: Path) -> Iterator[Path]:
    """Yield a path to write to; what is there at the end becomes the target, and replaces a file of that name.

    If something goes wrong meanwhile, such as a full disk, the target stays as it was.

    Args:
        target: Of a file or of a new folder.

    Raises:
        OSError: It can't be written.

    Example:
        >>> with whole(tmp / "a.txt") as path:  # doctest: +SKIP
        ...     path.write_text("a")
    """
    if target.exists() and not target.is_file():  # such as /dev/stdout
        yield target
        return
    target = target.resolve()  # a link stays one
    with tempfile.TemporaryDirectory(prefix=".writing-", dir=target.parent) as folder:
        path = Path(folder) / target.name
        yield path
        path.replace(target)
