"""``docs/formats.md`` and the registries of both languages say the same."""

import re

from server.exchange.formats.facts import FACTS
from server.exchange.formats.registry import FORMATS
from tests.support.node import ROOT

COLUMNS = ("pictures", "embeddings", "ids", "groups", "order", "classOrder")


def test_the_table_is_what_the_formats_hold():
    text = (ROOT / "docs" / "formats.md").read_text("utf-8")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    expected = [
        [
            facts["title"],
            f"`{name}`",
            " ".join(f"`{ending}`" for ending in facts["endings"]),
            *("yes" if column in facts["holds"] else "no" for column in COLUMNS),
        ]
        for name, facts in FACTS.items()
    ]
    assert rows[2:] == expected


def test_what_formats_hold_has_a_column():
    assert {each for facts in FACTS.values() for each in facts["holds"]} == set(COLUMNS)


def test_both_registries_have_all_formats_and_ask_in_the_same_order():
    assert {module.NAME for module in FORMATS} == set(FACTS)
    page = (ROOT / "web" / "src" / "exchange" / "formats" / "registry.js").read_text("utf-8")
    (listed,) = re.findall(r"export const FORMATS = \[([\w, ]+)\];", page)
    assert listed.split(", ") == [module.NAME for module in FORMATS]
