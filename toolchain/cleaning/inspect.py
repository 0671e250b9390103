"""What cleaning must know of a photo: its size, the digest of its file, and how it looks: a hash, and few colours."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from PIL import Image

from photos.problem import PhotoProblem
from photos.reader import read_file, read_photo
from toolchain.processes import Processes, can_start
from toolchain.progress import Progress
from toolchain.scale.cluster import Cluster, map_chunks, refuse_unseen

#: Photos of one task, and the tasks that are on their way for each process.
_CHUNK: Final = 16
_AHEAD: Final = 3
_MIN_PHOTOS: Final = 64
#: The colours of a photo that are kept: the means of so many by so many parts of it.
COLOUR_SIDE: Final = 4
#: As hex digits: red, green and blue of each.
COLOUR_DIGITS: Final = COLOUR_SIDE * COLOUR_SIDE * 3 * 2


class Look(NamedTuple):
    """What is known of one photo.

    Attributes:
        digest: SHA-256 of its file, in hex; "" where it can't be read.
        width: In pixels, upright; 0 where it is none.
        height: Likewise.
        phash: The perceptual hash, 64 bits: photos that look alike differ in few of them. Sees no colours.
        colours: The mean colours of its parts, row by row, COLOUR_DIGITS in hex; "" where it is none.
        code: What is wrong, as in ``photos.problem``; "" for nothing.
        reason: The same in words.
    """

    digest: str
    width: int = 0
    height: int = 0
    phash: int = 0
    colours: str = ""
    code: str = ""
    reason: str = ""


def look_at(path: Path) -> Look:
    """Return what cleaning must know of a photo; it never fails."""
    digest = ""
    try:
        content = read_file(path)
        digest = hashlib.sha256(content).hexdigest()
        photo = read_photo(content)
    except PhotoProblem as problem:
        return Look(digest, code=problem.code, reason=problem.reason)
    return Look(digest, photo.width, photo.height, perceptual_hash(photo), colours_of(photo))


def perceptual_hash(photo: Image.Image) -> int:
    """Return the 64 bits of a photo's perceptual hash (pHash: the signs of its lowest frequencies)."""
    import imagehash

    bits = imagehash.phash(photo).hash.ravel()
    return int("".join("1" if bit else "0" for bit in bits), 2)


def colours_of(photo: Image.Image) -> str:
    """Return the mean colours of a photo's parts, as ``Look.colours``.

    Example:
        >>> colours_of(Image.new("RGB", (90, 60), "red"))[:12]
        'ff0000ff0000'
    """
    return photo.resize((COLOUR_SIDE, COLOUR_SIDE), Image.Resampling.BOX).tobytes().hex()


def look_at_all(
    paths: Sequence[Path], processes: int, progress: Progress | None = None, cluster: Cluster | None = None
) -> Iterator[Look]:
    """Look at photos, on a cluster or in several processes where there are many; yields in their order."""
    if cluster is not None:
        for looks in _looks_there(paths, cluster):
            if progress:
                progress.advance(len(looks))
            yield from looks
        return
    if processes == 1 or len(paths) < _MIN_PHOTOS or not can_start():
        for path in paths:
            yield look_at(path)
            if progress:
                progress.advance()
        return
    chunks = (list(paths[start : start + _CHUNK]) for start in range(0, len(paths), _CHUNK))
    with Processes(processes) as pool:
        waiting = [pool.submit(_look_at_some, chunk) for chunk in islice(chunks, processes * _AHEAD)]
        while waiting:
            looks = waiting.pop(0).result()
            waiting += [pool.submit(_look_at_some, chunk) for chunk in islice(chunks, 1)]
            if progress:
                progress.advance(len(looks))
            yield from looks


def _looks_there(paths: Sequence[Path], cluster: Cluster) -> Iterator[list[Look]]:
    chunks = [[path.absolute() for path in paths[start : start + _CHUNK]] for start in range(0, len(paths), _CHUNK)]
    for chunk, looks in zip(chunks, map_chunks(cluster, _look_at_some, chunks), strict=True):
        refuse_unseen(path for path, look in zip(chunk, looks, strict=True) if _is_unread(look))
        yield looks


def _is_unread(look: Look) -> bool:
    return look.code == "unreadable" and not look.digest


def _look_at_some(paths: Iterable[Path]) -> list[Look]:
    return [look_at(path) for path in paths]
