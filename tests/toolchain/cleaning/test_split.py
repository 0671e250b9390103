"""Splits: by shares in every class, and nothing that belongs together on two sides."""

import shutil
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from photos.folder import PhotoFile
from toolchain.cleaning.duplicates import clusters_of, near_by_embedding, near_by_hash, near_duplicates
from toolchain.cleaning.inspect import Look
from toolchain.cleaning.split import PARTS, SplitRow, group_by_pattern, read_split, split_photos, write_split
from toolchain.errors import ToolchainError


def test_split_photos__eighty_ten_ten_in_every_class():
    labels = ["cat"] * 100 + ["dog"] * 30 + ["emu"] * 14
    parts = split_photos(labels, [None] * len(labels))
    found = defaultdict(list)
    for label, part in zip(labels, parts, strict=True):
        found[label].append(part)
    counts = {label: [each.count(part) for part in PARTS] for label, each in found.items()}
    assert counts == {"cat": [80, 10, 10], "dog": [24, 3, 3], "emu": [11, 2, 1]}


@pytest.mark.parametrize(
    ("count", "expected"), [(1, (1, 0, 0)), (2, (1, 0, 1)), (3, (1, 1, 1)), (5, (3, 1, 1)), (10, (8, 1, 1))]
)
def test_split_photos__of_few_photos_every_part_gets_one_where_it_can(count, expected):
    parts = split_photos(["cat"] * count, [None] * count)
    assert tuple(parts.count(part) for part in PARTS) == expected


cases = st.integers(1, 60).flatmap(
    lambda n: st.tuples(
        st.lists(st.sampled_from("abc"), min_size=n, max_size=n),
        st.lists(st.none() | st.integers(0, 8).map(str), min_size=n, max_size=n),
        st.lists(st.integers(0, 40), min_size=n, max_size=n),
        st.integers(0, 3),
    )
)


@settings(max_examples=60, deadline=None)
@given(cases)
def test_split_photos__keeps_together_what_belongs_together(case):
    labels, groups, near, seed = case
    parts = split_photos(labels, groups, near, seed=seed)
    assert len(parts) == len(labels)
    assert parts == split_photos(labels, groups, near, seed=seed)
    for keys in (groups, near):
        places = defaultdict(set)
        for key, part in zip(keys, parts, strict=True):
            if key is not None:
                places[key].add(part)
        assert all(len(each) == 1 for each in places.values())


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.lists(st.integers(1, 9), min_size=3, max_size=12), min_size=1, max_size=3),
    st.lists(st.lists(st.integers(0, 2), min_size=2, max_size=6), max_size=3),
    st.sampled_from([(0.8, 0.1, 0.1), (0.7, 0.15, 0.15), (0.98, 0.01, 0.01), (0.8, 0, 0.2), (0.8, 0.2, 0)]),
    st.booleans(),
    st.integers(0, 3),
)
def test_split_photos__every_class_of_three_units_is_in_every_part(classes, mixed, shares, by_group, seed):
    units = [[label] * size for label, sizes in enumerate(classes) for size in sizes]
    units += [[label % len(classes) for label in labels] for labels in mixed]
    labels = [f"{label}" for unit in units for label in unit]
    numbers = [number for number, unit in enumerate(units) for _ in unit]
    groups = [f"{number}" for number in numbers] if by_group else [None] * len(labels)
    parts = split_photos(labels, groups, None if by_group else numbers, shares=shares, seed=seed)
    wanted = {part for part, share in zip(PARTS, shares, strict=True) if share > 0}
    for label in set(labels):
        assert {part for part, other in zip(parts, labels, strict=True) if other == label} == wanted


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(10, 200), min_size=1, max_size=4), st.integers(0, 5))
def test_split_photos__is_stratified_within_rounding(sizes, seed):
    labels = [str(index) for index, size in enumerate(sizes) for _ in range(size)]
    parts = np.array(split_photos(labels, [None] * len(labels), seed=seed))
    for index, size in enumerate(sizes):
        mine = parts[np.array(labels) == str(index)]
        for part, share in zip(PARTS, (0.8, 0.1, 0.1), strict=True):
            assert abs((mine == part).sum() - share * size) <= 1


def test_split_photos__another_seed_draws_others():
    labels = ["cat"] * 50
    assert split_photos(labels, [None] * 50, seed=0) != split_photos(labels, [None] * 50, seed=1)


@pytest.mark.parametrize("shares", [(0.8, 0.1), (0.8, 0.1, 0.2), (1.2, -0.1, -0.1)])
def test_split_photos__refuses_other_shares(shares):
    with pytest.raises(ToolchainError, match="add up to 100"):
        split_photos(["cat"], [None], shares=shares)


def test_read_split__gives_back_what_was_written(tmp_path):
    rows = [
        SplitRow("=cmd|x/1.jpg", "=cmd|x", "train", ""),
        SplitRow("'a/b, c\n.jpg", "'a", "test", "'a/b"),
        SplitRow("日本/2.jpg", "日本", "validation", "-1"),
    ]
    write_split(tmp_path, rows)
    assert "\n=cmd" not in (tmp_path / "split.csv").read_text("utf-8")
    assert read_split(tmp_path) == {row.name: row for row in rows}
    assert read_split(tmp_path / "nothing") is None


@pytest.mark.parametrize(
    "name",
    [
        # As Python reads a file's name that is no UTF-8, and names that are written as such a one is.
        "cat/caf\udce9.jpg",
        r"cat/caf\udce9.jpg",
        "cat/\\\udce9.jpg",
        r"cat/\u005c.jpg",
        r"cat/\u005cudce9\u.jpg",
        "=\udcff.jpg",
    ],
)
def test_read_split__gives_back_names_that_are_no_utf8(tmp_path, name):
    write_split(tmp_path, [SplitRow(name, "cat", "test", f"{name} too")])
    assert (tmp_path / "split.csv").read_bytes().decode()
    assert read_split(tmp_path) == {name: SplitRow(name, "cat", "test", f"{name} too")}


@pytest.mark.parametrize("text", ["name,part\na.jpg,training\n", "name\na.jpg\n", b"\xff\xfe", 'name,part\n"a'])
def test_read_split__explains_what_is_wrong(tmp_path, text):
    (tmp_path / "split.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ToolchainError, match=r"split\.csv"):
        read_split(tmp_path)


def test_group_by_pattern__finds_persons_and_refuses_nonsense(tmp_path):
    photos = [
        PhotoFile(tmp_path, f"cat/{name}.jpg", "cat", group) for name, group in (("anna_1", None), ("x", "cat/burst"))
    ]
    assert group_by_pattern(photos, r"([a-z]+)_\d") == ["anna", "cat/burst"]
    with pytest.raises(ToolchainError, match="regular expression"):
        group_by_pattern(photos, "(")


def test_split__warns_of_a_pattern_that_finds_nothing(run, run_json, shipped_folder, tmp_path):
    shutil.copytree(shipped_folder, tmp_path / "photos")
    arguments = ["split", "photos", "--no-near", "--group-by"]
    warned = [line for line in run(*arguments, "(anna|ben)_").stderr.splitlines() if "--group-by" in line]
    assert len(warned) == 1
    assert "'(anna|ben)_' finds nothing in the name of any photo, such as cat/00.jpg" in warned[0]
    assert run_json(*arguments, "(anna|ben)_")["split"] == "photos/split.csv"
    assert "--group-by" not in run(*arguments, "/(.)").stderr


def pairs_of(find, n):
    return {(row, other) for row, (near, _) in enumerate(find(np.arange(n))) for other in near.tolist()}


def test_near_by_hash__is_the_definition():
    random = np.random.default_rng(0)
    hashes = random.integers(0, 2**63, 700).astype(np.uint64)
    hashes[600:] = hashes[:100] ^ np.uint64(0b101)
    expected = {(a, b) for a in range(700) for b in range(700) if bin(int(hashes[a]) ^ int(hashes[b])).count("1") <= 4}
    colours = np.zeros((700, 16, 3), np.uint8)
    assert pairs_of(near_by_hash(hashes, colours), 700) == expected
    assert len(expected) >= 900
    clusters = near_duplicates([Look("", phash=int(each), colours="00" * 48) for each in hashes])
    assert all(clusters[row] == clusters[row - 600] for row in range(600, 700))


def test_near_by_hash__of_equal_hashes_compares_the_colours_of_all():
    random = np.random.default_rng(0)
    colours = np.repeat(random.integers(0, 256, (3, 16, 3)).astype(np.uint8), 100, axis=0)[random.permutation(300)]
    found = pairs_of(near_by_hash(np.zeros(300, np.uint64), colours), 300)
    assert found == {(a, b) for a in range(300) for b in range(300) if (colours[a] == colours[b]).all()}


@pytest.mark.parametrize(
    ("difference", "is_near"),
    [((48, 48, 48), True), ((49, 49, 49), False), ((0, 0, 27), True), ((0, 0, 28), False), ((-48, -48, -48), True)],
)
def test_near_by_hash__is_so_up_to_the_limits_of_brightness_and_tint(difference, is_near):
    colours = np.full((2, 16, 3), 100, np.uint8)
    colours[1, 5] += np.array(difference, np.int8).view(np.uint8)
    found = pairs_of(near_by_hash(np.zeros(2, np.uint64), colours), 2)
    assert found == {(0, 0), (1, 1)} | ({(0, 1), (1, 0)} if is_near else set())


def test_near_by_embedding__and_its_clusters():
    embeddings = np.eye(5, dtype=np.float32)[[0, 1, 0, 2, 3]]
    embeddings[2, 1] = 0.1
    find = near_by_embedding(embeddings)
    assert pairs_of(find, 5) == {(0, 2), (2, 0)} | {(row, row) for row in range(5)}
    assert clusters_of(find, 5).tolist() == [0, 1, 0, 2, 3]


def test_near_by_embedding__finds_a_row_itself_however_it_is_rounded():
    embeddings = np.random.default_rng(0).random((300, 7), np.float32)
    assert pairs_of(near_by_embedding(embeddings, distance=0), 300) >= {(row, row) for row in range(300)}


@pytest.mark.parametrize("seed", range(5))
def test_clusters_of__are_the_connected_ones(seed):
    # Asked in another order than that in which they are connected.
    points = np.random.default_rng(seed).permutation(np.repeat([0, 100, 200, 300], [40, 3, 1, 20]) + np.arange(64))

    def find(rows):
        for row in rows:
            near = np.flatnonzero(np.abs(points - points[row]) <= 5)
            yield near, np.zeros(len(near), np.float32)

    clusters = clusters_of(find, 64)
    for a in range(64):
        assert (clusters == clusters[a]).tolist() == (points // 100 == points[a] // 100).tolist()


def test_clusters_of__holds_all_that_only_one_of_them_is_near_to():
    def find(rows):
        for row in rows:
            near = np.arange(9) if row == 0 else np.array([0, row])
            yield near, np.zeros(len(near), np.float32)

    assert not clusters_of(find, 9).any()


def test_split__keeps_apart_what_differs_only_in_colour(run_json, tmp_path):
    rng = np.random.default_rng(0)
    for number in range(20):
        path = tmp_path / f"photos/{'ab'[number % 2]}/{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (64, 64), tuple(rng.permutation([20 + 10 * number, 128, 255]).tolist())).save(path)
    told = run_json("split", "photos")
    assert told["classes"] == {label: {"train": 8, "validation": 1, "test": 1} for label in "ab"}


def test_split__as_a_command(run, run_json, shipped_folder, tmp_path):
    shutil.copytree(shipped_folder, tmp_path / "clean")
    told = run_json("split", "clean", "--no-near", "--seed", 3)
    assert told["classes"]["cat"] == {"train": 10, "validation": 1, "test": 1}
    assert len(read_split(tmp_path / "clean")) == 36
    assert "validation" in run("split", "clean").stdout
    assert "add up to 100" in run("split", "clean", "--shares", "50,10,10", code=1).output
    assert "80,10,10" in run("split", "clean", "--shares", "most", code=2).output
    (tmp_path / "flat").mkdir()
    assert "class folders" in run("split", "flat", code=1).output
