"""The table of a collection: every name comes back, half a line costs only itself, and another's table stays."""

import csv

import pytest

from tests.toolchain.odd_files import encoded, picture
from toolchain.collecting.collect import Collection
from toolchain.collecting.found import Found
from toolchain.collecting.origins import COLUMNS, OriginsTable

ODD = [
    "two  spaces   three",
    " around ",
    "a\nline",
    "a\r\nline",
    "a\rreturn",
    "\ttab",
    'a "quote"',
    '"',
    ",",
    'a, "b",\n"c"',
    "=1+1",
    "'=1",
    "'tis",
    "-",
    "@x",
    "a\u2028b\x85c\x0bd",
    "\ufeff",
    "\u00e9\U0001f600",
    "C:\\new\\table",
    "",
]


def row_of(number, text="a"):
    row = dict.fromkeys(COLUMNS, text)
    return {**row, "file": f"{text}{number}", "sha256": f"{number:064x}", "collected_at": "2026-11-28T10:00:00+00:00"}


def plainly_read(path):
    with path.open(newline="", encoding="utf-8") as file:
        return [row["sha256"] for row in csv.DictReader(file)]


def test_origins_table__every_text_comes_back(tmp_path):
    rows = [row_of(number, text) for number, text in enumerate(ODD)]
    for row in rows:
        OriginsTable(tmp_path / "collected.csv").add(row)
    assert OriginsTable(tmp_path / "collected.csv").rows == rows
    assert plainly_read(tmp_path / "collected.csv") == [row["sha256"] for row in rows]


@pytest.mark.parametrize("text", ["a", 'a, "b"', 'a\nb, "c"\n', ",a", "\u00e9"])
def test_origins_table__a_kill_at_any_byte_costs_that_line_only(tmp_path, text):
    path = tmp_path / "collected.csv"
    table = OriginsTable(path)
    table.add(row_of(1, text))
    before = len(path.read_bytes())
    table.add(row_of(2, text))
    whole = path.read_bytes()
    more = [row_of(3, text), row_of(4)]
    for end in range(len(whole) + 1):
        path.write_bytes(whole[:end])
        resumed = OriginsTable(path)
        kept = [row["sha256"] for row in resumed.rows]
        for row in more:
            resumed.add(row)
        after = OriginsTable(path).rows
        assert after[-2:] == more
        assert [row["sha256"] for row in after[:-2]] == kept
        if end >= before:
            assert after[0] == row_of(1, text)
        assert plainly_read(path)[-2:] == [row["sha256"] for row in more]


@pytest.mark.parametrize("text", ["b", 'b "c"', 'b, "c"', ",b", "b\nc"])
def test_origins_table__half_a_line_within_quotes_that_was_not_ended(tmp_path, text):
    path = tmp_path / "collected.csv"
    rows = [row_of(0), row_of(1, text), row_of(2), row_of(3, text)]
    for row in rows:
        OriginsTable(path).add(row)
    lines = path.read_text("utf-8").splitlines(keepends=True)
    # As a version before left it, with the line's end alone; and what somebody typed.
    path.write_text("".join([*lines[:2], '"half, a li\n', *lines[2:], "1,2,3,4,5,6,7,8\n"]), "utf-8")
    assert OriginsTable(path).rows == rows


def test_origins_table__that_a_spreadsheet_saved(tmp_path):
    path = tmp_path / "collected.csv"
    OriginsTable(path).add(row_of(1))
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    OriginsTable(path).add(row_of(2))
    assert OriginsTable(path).rows == [row_of(1), row_of(2)]


@pytest.mark.parametrize(
    "content",
    [
        b"name,price\nnail,1\n",
        b"file;sha256;origin\n",
        b"my notes",
        b"\n",
        b"a\rb\rc",
        b"file,sha256,origin,source,licence,author,title,collected_at,more\n",
        b"file,sha256\n",
        b"\xff\xfe\x00\x00",
        b'"open',
    ],
)
def test_collect__another_programs_table_is_refused_and_left_alone(run, tmp_path, content):
    path = tmp_path / "out" / "collected.csv"
    path.parent.mkdir()
    path.write_bytes(content)
    (tmp_path / "photos/cat").mkdir(parents=True)
    (tmp_path / "photos/cat/1.png").write_bytes(encoded(picture(1), "PNG"))
    failed = run("collect", "photos", "--out", "out", code=1)
    assert "collected.csv is another table" in failed.output
    assert "--out" in failed.output
    assert path.read_bytes() == content
    assert [each.name for each in path.parent.iterdir()] == ["collected.csv"]


def test_collection__knows_an_odd_origin_again(tmp_path):
    odd = [*filter(None, ODD), "half \udcff a character"]
    for is_known in (False, True):
        collection = Collection(tmp_path)
        assert [collection.knows(origin) for origin in odd] == [is_known] * len(odd)
        for number, origin in enumerate(odd):
            collection.add(encoded(picture(number), "PNG"), "1.png", "", Found(origin))
            assert collection.knows(origin)


def test_collection__a_name_that_no_file_can_have_costs_its_row_only(tmp_path):
    table = OriginsTable(tmp_path / "collected.csv")
    for number, text in enumerate(["a", "b" * 300, "c\0"]):
        table.add(row_of(number, text))
    (tmp_path / "a0").write_bytes(b"")
    collection = Collection(tmp_path)
    assert collection.knows("a")
    assert not collection.knows("b" * 300)
