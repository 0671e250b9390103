"""Among settings that the validation photos judge alike: which are taken, and why."""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from toolchain.training.search import Trial, rank

#: Figures that differ by less are the same: sums are rounded otherwise in another order.
_DIGITS: Final = 9

DEFAULT: Final = "default"
LEFT_OUT: Final = "leftOut"
FIRST: Final = "first"


class Choice(NamedTuple):
    """Which of some trials is taken.

    Attributes:
        row: Its place among them.
        tied: How many the validation photos judge best; 1 where there is one best.
        chosen_by: DEFAULT, LEFT_OUT or FIRST, how the tie was broken; None without one.
        accuracy: Of LEFT_OUT, the accuracy of the training photos, each left out; None else.
    """

    row: int
    tied: int
    chosen_by: str | None = None
    accuracy: float | None = None


def choose(
    trials: Sequence[Trial], is_default: Callable[[int], bool], left_out: Callable[[int], float | None]
) -> Choice:
    """Choose the best trial; of several that are best alike the default settings, or those that do best left out.

    Args:
        trials: One or more.
        is_default: Whether the trial of a row is what training without a search would do. Asked only about ties.
        left_out: The accuracy of a row's settings on the training photos, each left out; None where it isn't known.
            Asked only about ties without the default settings.
    """
    ranks = [tuple(round(value, _DIGITS) for value in rank(trial)) for trial in trials]
    best = min(ranks)
    tied = [row for row, each in enumerate(ranks) if each == best]
    if len(tied) == 1:
        return Choice(tied[0], 1)
    for row in tied:
        if is_default(row):
            return Choice(row, len(tied), DEFAULT)
    known = {row: accuracy for row in tied if (accuracy := left_out(row)) is not None}
    if not known:
        return Choice(tied[0], len(tied), FIRST)
    # The first of those that are best here, too.
    row = max(known, key=lambda each: known[each])
    return Choice(row, len(tied), LEFT_OUT, known[row])
