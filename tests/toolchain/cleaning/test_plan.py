"""What becomes of photos: by the definition, and of many copies of one file without comparing each with each."""

import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photos.folder import PhotoFile
from tests.toolchain.odd_files import encoded, picture
from toolchain.cleaning import clean
from toolchain.cleaning.clean import CleanOptions, clean_folder
from toolchain.cleaning.duplicates import near_by_look, near_duplicates, near_nothing
from toolchain.cleaning.inspect import Look
from toolchain.cleaning.plan import decide

MANY = 4_000


def photo_of(label, name):
    return PhotoFile(Path(name), f"{label}/{name}", label)


def look_of(content, side=300):
    return Look(f"{content:064x}", side, side, phash=content, colours="00" * 48)


def by_definition(photos, looks, differences, limit, conflicts):
    """The fate of each photo, and the one that it is like, by comparing each with each."""
    order = sorted(range(len(photos)), key=lambda row: (-looks[row].width, photos[row].name))

    def difference(a, b):
        return -1 if looks[a].digest == looks[b].digest else differences.get(frozenset((a, b)), np.inf)

    fates = {}
    for place, row in enumerate(order):
        rivals = [
            other for other in order if photos[other].label != photos[row].label and difference(row, other) <= limit / 2
        ]
        if rivals and (conflicts == "drop" or order.index(rivals[0]) < place):
            fates[row] = (
                "in two classes",
                photos[rivals[0]].name,
                f"the same picture is in {photos[rivals[0]].label!r}",
            )
    for row in order:
        if row in fates:
            continue
        fates[row] = ("kept", "", "")
        for other in order:
            if other not in fates and photos[other].label == photos[row].label and difference(row, other) <= limit:
                is_same = looks[row].digest == looks[other].digest
                reason = "the same file" if is_same else f"looks the same (difference {difference(row, other):g})"
                fates[other] = ("duplicate" if is_same else "near-duplicate", photos[row].name, reason)
    return [fates[row] for row in range(len(photos))]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 5)), min_size=1, max_size=14),
    st.dictionaries(st.tuples(st.integers(0, 5), st.integers(0, 5)), st.integers(0, 4), max_size=6),
    st.lists(st.sampled_from([300, 400]), min_size=6, max_size=6),
    st.sampled_from(["drop", "first"]),
    st.randoms(use_true_random=False),
)
def test_decide__is_the_definition(files, near, sides, conflicts, random):
    # The same class in several places of the order, so that copies of two classes take turns.
    names = random.sample(range(100), len(files))
    photos = [PhotoFile(Path(f"{name}"), f"{name:02d}", label) for name, (label, _) in zip(names, files, strict=True)]
    looks = [look_of(content, sides[content]) for _, content in files]
    differences = {
        frozenset((a, b)): near[low, high]
        for a, (_, low) in enumerate(files)
        for b, (_, high) in enumerate(files)
        if low < high and (low, high) in near
    }
    # Of equal files any one stands for all.
    by_content = {}
    for row in random.sample(range(len(files)), len(files)):
        by_content[files[row][1]] = row
    contents, rows = list(by_content), list(by_content.values())

    def find(numbers):
        for number in numbers:
            found = {
                other: near.get((min(content, contents[number]), max(content, contents[number])), None)
                for other, content in enumerate(contents)
            }
            found[number] = 0
            there = [(other, difference) for other, difference in found.items() if difference is not None]
            yield np.array([other for other, _ in there]), np.array([each for _, each in there], np.float32)

    decisions = decide(photos, looks, rows, find, min_side=1, near_limit=4, conflicts=conflicts)
    expected = by_definition(photos, looks, differences, 4, conflicts)
    told = [(decision.fate, decision.like, decision.reason) for decision in decisions]
    assert told == expected


@pytest.mark.parametrize("classes", [1, 2, MANY])
def test_decide__of_many_equal_files_takes_little(classes):
    photos = [photo_of(f"{row % classes:05d}", f"{row:05d}.jpg") for row in range(MANY)]
    looks = [look_of(1)] * MANY
    tracemalloc.start()
    decisions = decide(photos, looks, [0], near_nothing, min_side=1, near_limit=4)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    fates = {decision.fate for decision in decisions}
    assert fates == ({"kept", "duplicate"} if classes == 1 else {"in two classes"})
    # A number for each pair would be hundreds of them.
    assert most < 16e6


@pytest.mark.parametrize(("classes", "fates"), [(1, {"kept", "near-duplicate"}), (2, {"in two classes"})])
def test_decide__of_many_frames_of_one_video_takes_little(classes, fates):
    photos = [photo_of(f"{row % classes}", f"{row:05d}.jpg") for row in range(MANY // 2)]
    looks = [look_of(row)._replace(phash=1 << row % 2, colours=f"{row % 20:02x}" * 48) for row in range(MANY // 2)]
    tracemalloc.start()
    decisions = decide(photos, looks, range(MANY // 2), near_by_look(looks), min_side=1, near_limit=4)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert {decision.fate for decision in decisions} == fates
    assert sum(decision.fate == "kept" for decision in decisions) == ("kept" in fates)
    # Two million pairs, of a hundred bytes each and more.
    assert most < 16e6


def test_near_duplicates__of_many_frames_takes_little():
    looks = [
        look_of(row)._replace(phash=1 << row % 2, colours=f"{row % 20:02x}{row % 19:02x}00" * 16) for row in range(MANY)
    ]
    tracemalloc.start()
    clusters = near_duplicates(looks)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert not clusters.any()
    assert most < 32e6


def test_near_duplicates__of_many_equal_photos_takes_little():
    looks = [look_of(row % 2 * (2**40 - 1)) for row in range(MANY)]
    tracemalloc.start()
    clusters = near_duplicates(looks)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert clusters.tolist() == [row % 2 for row in range(MANY)]
    assert most < 16e6


@pytest.mark.parametrize("near", ["hash", "embedding"])
def test_clean_folder__compares_one_of_equal_files(tmp_path, monkeypatch, near):
    small = [encoded(picture(seed).resize((24, 24)), "PNG") for seed in (1, 2)]
    small.append(encoded(picture(1).resize((25, 25)), "PNG"))
    for number in range(60):
        path = tmp_path / f"photos/a/{number:02d}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(small[number % 3])
    asked = []

    def counted(photos, looks, files, find_near, **options):
        asked.extend(files)
        return decide(photos, looks, files, find_near, **options)

    def embed(photos):
        seen = [small.index(photo.path.read_bytes()) for photo in photos]
        return np.eye(2, dtype=np.float32)[[each % 2 for each in seen]]

    monkeypatch.setattr(clean, "decide", counted)
    result = clean_folder(tmp_path / "photos", tmp_path / "out", CleanOptions(min_side=1, near=near), embed=embed)
    assert len(asked) == 3
    assert result.counts == {"kept": 2, "duplicate": 38, "near-duplicate": 20}
