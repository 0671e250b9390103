"""Why a file is no photo that can be used, in words for a person. Reader and folder raise and return it."""

from typing import Final

_REASONS: Final = {
    "hidden": "a hidden file, or one that a program left behind",
    "loose": "in no class folder",
    "empty": "the file is empty",
    "notPicture": "not a picture, or none of a kind that is known here",
    "cutOff": "a part of it is missing: copy it again from where it came",
    "hugePicture": "too large",
    "unreadable": "damaged, or not readable",
    "needsHeif": "HEIC pictures need the package pillow-heif: pip install pillow-heif",
}


class PhotoProblem(Exception):  # noqa: N818 it is a fact about a file, and mostly no error
    """A file that can't be used as a photo.

    Attributes:
        code: hidden, loose, empty, notPicture, cutOff, hugePicture, unreadable or needsHeif.
        reason: In words, without the file's name.
    """

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason

    def __str__(self) -> str:
        return self.reason

    @classmethod
    def of(cls, code: str, detail: str = "") -> "PhotoProblem":
        """Make one of a code, with what else is known of it.

        Example:
            >>> str(PhotoProblem.of("hugePicture", "40 MB at most"))
            'too large (40 MB at most)'
        """
        words = " ".join(detail.split())
        return cls(code, f"{_REASONS[code]} ({words})" if words else _REASONS[code])
