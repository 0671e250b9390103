"""The errors that `python -m convert` shows a person: what happened and what to do, in place of a traceback."""

import errno

_FULL_DISK_ERRNOS = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
# TensorFlow's C++ file system reports these as its own exceptions, with only the text left.
_FULL_DISK_TEXTS = ("No space left on device", "Disk quota exceeded", "File too large")


class ConvertError(Exception):
    """Something the person who runs the conversion can put right.

    Args:
        message: What went wrong: what came, and what was expected.
        hint: What to do next.
    """

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}"


class DownloadError(ConvertError):
    """Weights could not be fetched. The only error that lets `--backbone auto` go on with its substitute.

    Args:
        message: What could not be fetched.
        hint: What to do next.
        reason: The network's reason in a few words, to be put into a sentence.
    """

    def __init__(self, message: str, hint: str, reason: str) -> None:
        super().__init__(message, hint)
        self.reason = reason


def is_disk_full(error: BaseException | None) -> bool:
    """Whether an error, or what caused it, says that there is no room left to write."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in _FULL_DISK_ERRNOS:
            return True
        if any(text in str(error) for text in _FULL_DISK_TEXTS):
            return True
        error = error.__cause__ or error.__context__
    return False
