"""What one language writes, the other reads: equal, as far as the format holds it."""

import tempfile
import unicodedata
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.contract.errors import ContractError
from server.exchange.content import ContentClass, ContentExample, ProjectContent, check_content
from server.exchange.formats.facts import FACTS, holds
from server.exchange.formats.registry import FORMATS, count_held, names_in, read_foreign, write_foreign
from server.knn.model import Model
from tests.support.exchange_files import picture
from tests.support.node import Node

PICTURES = [picture(seed, kind) for seed, kind in enumerate(("JPEG", "PNG", "WEBP"))]
#: Names that no folder can have, or that are too like another.
LABELS = [
    *("cat", "Cat", " cat", "cat.", "AC/DC", "ac_dc", "AC\\DC", "3:00", "C:", "a\tb", "a\nb", "=1+1", "?", "..", "."),
    *("étoile", "e\u0301toile", "日本", "train", "Test", "_train", ".dot", "7", "a-!-b", "a-!-7.jpg", "con", "Nul.txt"),
    *("@eaDir", "__MACOSX", "x" * 40, "x" * 39 + "/", "x" * 39 + ":", "." + "y" * 39, "\ufeffcat", "cat\u00a0"),
]
CASES = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Page(Node):
    """The page's converter, in a Node process."""

    def __init__(self):
        super().__init__("exchange-twin.mjs")

    def convert(self, source, name, target):
        return self.ask({"from": str(source), "to": str(target), "format": name})


@pytest.fixture(scope="module")
def page():
    made = Page()
    yield made
    made.close()


@st.composite
def contents(draw):
    # A file with the character 0 is taken for no text.
    characters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
    label = st.text(characters, min_size=1, max_size=12).filter(lambda text: is_label(text) and text == text.strip())
    labels = draw(st.lists(label, min_size=1, max_size=4, unique=True))
    dimension = draw(st.integers(1, 4))
    number = st.floats(width=32, min_value=0, max_value=2.0**60)
    row = st.lists(number, min_size=dimension, max_size=dimension).filter(lambda row: sum(np.float32(row) ** 2) > 0)
    count = draw(st.integers(1, 6))
    examples = [
        ContentExample(
            f"id {i}",
            draw(st.sampled_from(labels)),
            draw(st.sampled_from([None, "r 1", "r,2"])),
            draw(st.sampled_from(PICTURES)),
        )
        for i in range(count)
    ]
    embeddings = np.array([draw(row) for _ in range(count)], np.float32)
    # A class without examples is in no format, and the carrier has the classes in the order in which they appear.
    classes = [ContentClass(each) for each in dict.fromkeys(example.label for example in examples)]
    return ProjectContent("p", Model("m", dimension), None, classes, examples, embeddings)


def is_label(text):
    try:
        check_content(ProjectContent("", None, None, [ContentClass(text)], [], None))
    except ContractError:
        return False
    return True


def held(content, name, label_of=lambda label: label):
    """What a format holds of a content, in a form that can be compared."""
    embedded = holds(name, "embeddings")
    rows = [
        {
            "label": label_of(example.label),
            "id": example.id if holds(name, "ids") else None,
            "group": example.group if holds(name, "groups") else None,
            "thumbnail": example.thumbnail if holds(name, "pictures") else None,
            "row": (content.embeddings[i] + 0).tolist() if embedded else None,
        }
        for i, example in enumerate(content.examples)
    ]
    labels = [label_of(each.label) for each in content.classes]
    if not holds(name, "order"):
        order = labels if holds(name, "classOrder") else sorted(labels, key=lambda text: text.encode("utf-16-be"))
        rows.sort(key=lambda row: order.index(row["label"]))
    return rows


def label_in(name, content):
    """A label as a format has it: the name of a folder may be another one."""
    names = names_in(name, content)
    return lambda label: unicodedata.normalize("NFC", names[label]) if name == "folders" else names[label]


@pytest.mark.parametrize("name", ["knnClassifier", "ml5", "csv", "marcelle"])
@CASES
@given(content=contents())
def test_text_formats__are_the_same_from_both_languages(page, name, content):
    with tempfile.TemporaryDirectory() as folder:
        carrier, ours, theirs, back = (Path(folder) / f"{part}.x" for part in ("carrier", "ours", "theirs", "back"))
        write_foreign("marcelle", content, carrier)
        write_foreign(name, content, ours)
        expected = held(content, name)
        assert held(read_foreign(ours, content.model.dimension).content, name) == expected
        assert page.convert(carrier, name, theirs) == {}
        assert held(read_foreign(theirs, content.model.dimension).content, name) == expected
        assert page.convert(ours, name, back) == {}
        assert held(read_foreign(back, content.model.dimension).content, name) == expected


@pytest.mark.parametrize("name", ["folders", "teachableMachine"])
def test_picture_formats__are_the_same_from_both_languages(page, name, tmp_path):
    examples = [ContentExample(f"id {i}", LABELS[i % len(LABELS)], None, PICTURES[i % 3]) for i in range(60)]
    classes, embeddings = [ContentClass(label) for label in LABELS], np.ones((60, 1), np.float32)
    content = ProjectContent("p", Model("m", 1), None, classes, examples, embeddings)
    suffix = FACTS[name]["endings"][0]
    write_foreign(name, content, tmp_path / f"ours{suffix}")
    expected = held(content, name, label_in(name, content))
    ours = read_foreign(tmp_path / f"ours{suffix}").content
    assert len(ours.classes) == len(LABELS)
    assert held(ours, name) == expected
    write_foreign("marcelle", content, tmp_path / "carrier.json")
    assert page.convert(tmp_path / "carrier.json", name, tmp_path / f"theirs{suffix}") == {}
    assert held(read_foreign(tmp_path / f"theirs{suffix}").content, name) == expected
    assert page.convert(tmp_path / f"ours{suffix}", name, tmp_path / f"back{suffix}") == {}
    again = read_foreign(tmp_path / f"back{suffix}").content
    renamed = label_in(name, again)
    assert held(again, name) == held(read_foreign(tmp_path / f"ours{suffix}").content, name, renamed)


def test_write_foreign__refuses_where_nothing_would_be_kept(tmp_path):
    content = ProjectContent("p", None, None, [ContentClass("cat")], [], None)
    for module in FORMATS:
        assert count_held(module.NAME, content) == 0
        with pytest.raises(ContractError) as error:
            write_foreign(module.NAME, content, tmp_path / "none")
        assert error.value.code == "nothingToExport"


def test_csv__is_a_table_for_pandas(tmp_path):
    examples = [ContentExample("a", 'cat, "big"', "r1"), ContentExample("b", "7"), ContentExample("c", "日本\nx")]
    embeddings = np.array([[0.1, 1e-30], [3.4e38, 0], [1.001953125, 5]], np.float32)
    classes = [ContentClass(example.label) for example in examples]
    write_foreign("csv", ProjectContent("p", Model("m", 2), None, classes, examples, embeddings), tmp_path / "t.csv")
    table = pd.read_csv(tmp_path / "t.csv", dtype={"id": str, "label": str, "group": str}, keep_default_na=False)
    assert list(table.columns) == ["id", "label", "group", "e0", "e1"]
    assert table["label"].tolist() == [example.label for example in examples]
    assert table["group"].tolist() == ["r1", "", ""]
    assert np.array_equal(table[["e0", "e1"]].to_numpy(np.float32), embeddings)
