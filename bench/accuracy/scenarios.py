"""What is taught, what is shown afterwards, and what the product answers."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bench.accuracy.taught import Answers, Lesson, Taught
from bench.photo_sets import PhotoSet
from server.knn.arrays import Embeddings, Rows
from server.knn.certainty import UnknownLimit

#: Recordings of each class.
RECORDINGS: Final = (1, 2, 4)
#: Different photos of each class.
PHOTOS: Final = (5, 10, 20)


class Scenario(NamedTuple):
    """What is taught of each class: ``size`` recordings of near-copies, or ``size`` different photos."""

    is_recorded: bool
    size: int

    @property
    def title(self) -> str:
        """What a table calls it."""
        thing = "recording" if self.is_recorded else "photo"
        return f"{self.size} {thing}{'' if self.size == 1 else 's'}"

    def draw(self, photo_set: PhotoSet, seed: int) -> tuple[Rows, Rows]:
        """Draw what is taught; return its rows, and those of all other photos."""
        return photo_set.draw(self.size, seed, recorded=self.is_recorded)

    def lessons(self, photo_set: PhotoSet, rows: Rows) -> Iterator[Lesson]:
        """Yield the examples that some photos become."""
        for row in rows.tolist():
            label = photo_set.labels[photo_set.classes[row]]
            if self.is_recorded:
                yield from (Lesson(view, label, str(row)) for view in photo_set.views[row])
            else:
                yield Lesson(photo_set.embeddings[row], label)


ONE_RECORDING: Final = Scenario(True, 1)


class Shown(NamedTuple):
    """The answers to photos of which some classes were taught.

    Attributes:
        truths: The class of each photo of a taught class, (n,).
        known: The answers to these, n.
        unknown: The answers to photos of no taught class.
    """

    truths: NDArray[np.str_]
    known: Answers
    unknown: Answers


class Outcome(NamedTuple):
    """All that a set of photos was asked in one scenario.

    Attributes:
        name: The set's.
        scenario: What was taught.
        draws: All classes were taught, and things of another kind are unknown.
        rounds: For each round, one class after the other was left out, and its photos are unknown.
        known_photos: How many different photos of taught classes there are.
        other_photos: How many photos of things of another kind.
    """

    name: str
    scenario: Scenario
    draws: list[Shown]
    rounds: list[list[Shown]]
    known_photos: int
    other_photos: int


def scenarios_of(photo_set: PhotoSet) -> list[Scenario]:
    """Return the scenarios for which each class has enough photos: one or more must be left to be shown."""
    recordable = np.bincount(photo_set.classes[sorted(photo_set.views)], minlength=len(photo_set.labels)).min()
    recorded = [Scenario(True, count) for count in RECORDINGS if count <= recordable and count < photo_set.smallest]
    return recorded + [Scenario(False, count) for count in PHOTOS if count < photo_set.smallest]


def play(
    photo_set: PhotoSet, scenario: Scenario, others: Embeddings, prior: UnknownLimit, draw_count: int, round_count: int
) -> Outcome:
    """Teach, show and collect the answers.

    Args:
        photo_set: Whose classes are taught.
        scenario: What of them.
        others: Photos of things of another kind, float32, (m, d).
        prior: The limit of "I don't know" that the model's manifest names.
        draw_count: How often all classes are taught.
        round_count: How often each class is left out.
    """
    draws = [show(photo_set, scenario, others, prior, seed) for seed in range(draw_count)]
    rounds = [
        [show_sibling(photo_set, scenario, label, prior, seed) for label in photo_set.labels]
        for seed in range(round_count if len(photo_set.labels) > 2 else 0)
    ]
    return Outcome(photo_set.name, scenario, draws, rounds, len(photo_set.classes), len(others))


def show(photo_set: PhotoSet, scenario: Scenario, others: Embeddings, prior: UnknownLimit, seed: int) -> Shown:
    """Teach all classes of a set, and show its other photos and those of something else."""
    taught_rows, shown_rows = scenario.draw(photo_set, seed)
    return _show(photo_set, scenario, taught_rows, shown_rows, others, prior)


def show_sibling(photo_set: PhotoSet, scenario: Scenario, left_out: str, prior: UnknownLimit, seed: int) -> Shown:
    """Teach all classes of a set but one, and show the other photos of these and all photos of that one."""
    is_left_out = photo_set.classes == photo_set.labels.index(left_out)
    taught_rows, shown_rows = (rows[~is_left_out[rows]] for rows in scenario.draw(photo_set, seed))
    return _show(photo_set, scenario, taught_rows, shown_rows, photo_set.embeddings[is_left_out], prior)


def other_things(photo_set: PhotoSet, sets: Sequence[PhotoSet]) -> Embeddings:
    """Return the photos of the other sets whose classes have no name of this set's, float32, (m, d)."""
    others = [other.other_than(photo_set.labels) for other in sets if other is not photo_set]
    return np.concatenate([photo_set.embeddings[:0], *others])


def _show(
    photo_set: PhotoSet,
    scenario: Scenario,
    taught_rows: Rows,
    shown_rows: Rows,
    unknown: Embeddings,
    prior: UnknownLimit,
) -> Shown:
    taught = Taught(scenario.lessons(photo_set, taught_rows), prior)
    truths = np.array(photo_set.labels, np.str_)[photo_set.classes[shown_rows]]
    return Shown(truths, taught.answer(photo_set.embeddings[shown_rows]), taught.answer(unknown))
