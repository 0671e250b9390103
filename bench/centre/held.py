"""How often things that were not taught are unknown, where all are held before one wall and each is taught once.

The things are cut-outs that no centre was made of.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
from PIL import Image, ImageEnhance
from skimage import data

from bench.accuracy.taught import Lesson, Taught
from bench.centre.scenes import SIDE, Cutout, Pose, hold, wall
from bench.photo_sets import Embed
from server.knn.arrays import Embeddings, Floats, Rows
from server.knn.certainty import UnknownLimit

#: Things that are taught in one round.
TAUGHT: Final = 3
#: Frames of one recording. A hand is never quite still.
RECORDED: Final = (Pose(),) * 5
TURNED: Final = tuple(Pose(turn=turn) for turn in (-35, -20, 20, 35))
MOVED: Final = (Pose(0.6, x=-0.2, y=-0.2), Pose(0.6, x=0.2, y=0.2), Pose(0.8, x=0.1, y=-0.1))
#: Photos of what else a thing is held before.
ELSEWHERE: Final = (data.brick, data.grass, data.gravel)


class Frames(NamedTuple):
    """Embeddings of one thing before one wall, float32, each (n, d); ``elsewhere`` is before other things."""

    recorded: Embeddings
    turned: Embeddings
    moved: Embeddings
    elsewhere: Embeddings


class Shares(NamedTuple):
    """Of the frames of a round: the shares in which what was taught is named, and what was not is unknown.

    Attributes:
        turned: Named, turned.
        moved: Named, further away and beside the middle.
        elsewhere: Named, before brick, grass and gravel.
        others: Unknown: things of other kinds than the taught ones, turned and moved.
        of_a_kind: Unknown: things of the same kinds; NaN where there are none.
    """

    turned: float
    moved: float
    elsewhere: float
    others: float
    of_a_kind: float


def film(cutouts: Sequence[Cutout], number: int) -> Iterator[Image.Image]:
    """Yield the frames of all things before one wall, in the order of ``Frames``; ``number`` chooses the wall."""
    # No seed of a number alone, which the scenes of a centre have.
    behind = wall(np.random.default_rng((number, 1)))
    photos = [np.asarray(photo()) for photo in ELSEWHERE]  # type: ignore[no-untyped-call]
    backgrounds = [Image.fromarray(photo).convert("RGB").resize((SIDE, SIDE)) for photo in photos]
    for row, cut in enumerate(cutouts):
        random = np.random.default_rng((number, 2, row))
        poses = [(behind, pose) for pose in (*RECORDED, *TURNED, *MOVED)]
        for background, pose in (*poses, *((each, Pose()) for each in backgrounds)):
            trembling = Pose(
                pose.size * random.uniform(0.95, 1.05),
                pose.turn + random.uniform(-4, 4),
                pose.x + random.uniform(-0.02, 0.02),
                pose.y + random.uniform(-0.02, 0.02),
            )
            frame = hold(cut.picture, background.copy(), trembling)
            yield ImageEnhance.Brightness(frame).enhance(random.uniform(0.9, 1.1))


def frames_of(cutouts: Sequence[Cutout], number: int, embed: Embed) -> list[Frames]:
    """Embed what ``film`` yields, a ``Frames`` for each thing."""
    ends = np.cumsum([len(RECORDED), len(TURNED), len(MOVED)])
    embeddings = embed(film(cutouts, number))
    return [Frames(*np.split(thing, ends)) for thing in np.split(embeddings, len(cutouts))]


def draw(things: int, wall_number: int, count: int) -> list[Rows]:
    """Return the rows of TAUGHT of so many things, for each of ``count`` rounds; others before another wall."""
    return [np.random.default_rng((wall_number, 3, seed)).permutation(things)[:TAUGHT] for seed in range(count)]


def rounds(
    kinds: Sequence[str], frames: Sequence[Frames], limit: UnknownLimit, drawn: Sequence[Rows]
) -> Iterator[Shares]:
    """Teach the things that were drawn, a round each, and ask about all.

    Args:
        kinds: Of each thing.
        frames: Of each thing, before one wall.
        limit: Of "I don't know".
        drawn: See ``draw``.
    """
    names, all_kinds = np.arange(len(kinds)).astype(np.str_), np.array(list(kinds))
    for rows in drawn:
        taught = Taught(
            (Lesson(embedding, names[row], names[row]) for row in rows for embedding in frames[row].recorded), limit
        )
        asked = [(names[row], frames[row]) for row in rows]
        is_alike = np.isin(all_kinds, all_kinds[rows])
        untaught = np.setdiff1d(np.arange(len(kinds)), rows)
        yield Shares(
            _named(taught, ((name, each.turned) for name, each in asked)),
            _named(taught, ((name, each.moved) for name, each in asked)),
            _named(taught, ((name, each.elsewhere) for name, each in asked)),
            _unknown(taught, [frames[row] for row in untaught if not is_alike[row]]),
            _unknown(taught, [frames[row] for row in untaught if is_alike[row]]),
        )


def mean_of(found: Sequence[Shares]) -> Floats:
    """Return the means of rounds, float64, (5,). A round without things of a kind says nothing about them.

    Example:
        >>> mean_of([Shares(1, 1, 1, 0.5, float("nan")), Shares(0, 1, 1, 1, 0.25)]).tolist()
        [0.5, 1.0, 1.0, 0.75, 0.25]
    """
    known = [[value for value in column if value == value] for column in zip(*found, strict=True)]
    return np.array([np.mean(column) if column else np.nan for column in known])


def _named(taught: Taught, asked: Iterable[tuple[str, Embeddings]]) -> float:
    right = []
    for name, embeddings in asked:
        answers = taught.answer(embeddings)
        right.append(~answers.is_unknown & (answers.labels == name))
    return float(np.mean(right))


def _unknown(taught: Taught, things: Sequence[Frames]) -> float:
    if not things:
        return float("nan")
    asked = np.concatenate([embeddings for each in things for embeddings in (each.turned, each.moved)])
    return float(taught.answer(asked).is_unknown.mean())
