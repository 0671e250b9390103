"""A row of the results, and rows as a table of text."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One comparison.

    Attributes:
        what: What was measured.
        ours: Our median in milliseconds; or a size, in ``unit``.
        against: What it is compared with; empty for nothing.
        theirs: Its median in milliseconds; or a size, in ``unit``.
        bound: The required ratio ours / theirs, or our required value where it ends in a unit; for people. Empty
            for none.
        unit: Of both: "ms", "s", "kB" (1,000 bytes) or "MB".
    """

    what: str
    ours: float
    against: str = ""
    theirs: float | None = None
    bound: str = ""
    unit: str = "ms"

    @property
    def ratio(self) -> float | None:
        """Ours / theirs."""
        return self.ours / self.theirs if self.theirs else None


def table(rows: Sequence[Row]) -> str:
    """Return rows as text, in columns."""
    cells = [("", "ours ms", "theirs ms", "ratio", "wanted", "against")]
    for row in rows:
        unit = "" if row.unit == "ms" else f" {row.unit}"
        theirs = "" if row.theirs is None else f"{row.theirs:.3f}{unit}"
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        cells.append((row.what, f"{row.ours:.3f}{unit}", theirs, ratio, row.bound, row.against))
    widths = [max(len(line[i]) for line in cells) for i in range(6)]
    alignments = "<>>>><"
    return "\n".join(
        "  ".join(f"{cell:{alignments[i]}{widths[i]}}" for i, cell in enumerate(line)).rstrip() for line in cells
    )
