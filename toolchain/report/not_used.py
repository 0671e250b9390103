"""The part of a report that names the files that were not used."""

from collections.abc import Sequence

from photos.folder import PassedOver
from toolchain.output import OWN_FILES, printable
from toolchain.report.blocks import Section, Table


def not_used(passed_over: Sequence[PassedOver]) -> list[Section]:
    """Return a section that names each file with its reason; none where all were used."""
    rows = [[printable(each.name), each.reason] for each in passed_over if each.name not in OWN_FILES]
    return [Section("Not used", (), [Table(["file", "reason"], rows)])] if rows else []
