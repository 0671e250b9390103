"""Reports: nothing of the data becomes HTML, everything is said in text, and a browser loads nothing from elsewhere."""

import re
from html.parser import HTMLParser

import numpy as np
import pytest
from PIL import Image

from toolchain.report.blocks import Bar, Card, Link, Picture, Section, Table
from toolchain.report.charts import bars_chart, calibration_chart, confusion_chart, threshold_chart
from toolchain.report.page import file_link, thumbnail, write_page

EVIL = '"><script>alert(1)</script>\n{{ 7 * 7 }}<img src=x onerror=alert(1)> \udcff'


class Tags(HTMLParser):
    """All tags with their attributes."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


@pytest.fixture
def written(tmp_path):
    picture = Picture(thumbnail(Image.new("RGB", (40, 30)), 20), EVIL, EVIL)
    section = Section(
        EVIL,
        [EVIL],
        [Table([EVIL, "n"], [[EVIL, "1"]], EVIL)],
        [confusion_chart([[3, 1], [0, 2]], [EVIL, "dog $x$ 日本"])],
        [Card([picture], EVIL, [EVIL], [Bar(EVIL, 0.5, True)], [picture])],
        [Link(file_link(f"a/{EVIL}.jpg"), EVIL, EVIL)],
    )
    write_page(tmp_path / "report.html", EVIL, EVIL, [section, section, section])
    return (tmp_path / "report.html").read_text("utf-8")


def test_write_page__what_comes_from_data_is_text(written):
    tags = Tags()
    tags.feed(written)
    assert "script" not in {tag for tag, _ in tags.found}
    assert not [name for _, attributes in tags.found for name in attributes if name.startswith("on")]
    assert "49" not in re.sub(r"base64,[^\"]+", "", written)
    for tag, attributes in tags.found:
        if tag == "img":
            assert attributes["src"].startswith("data:image/")
            assert "alt" in attributes
    assert all("://" not in attributes.get("href", "") for _, attributes in tags.found)


def test_write_page__forbids_what_it_does_not_need(written):
    assert re.search(r'Content-Security-Policy" content="default-src \'none\'; img-src', written)
    assert "http" not in re.sub(r"base64,[^\"]+|http-equiv", "", written)


def test_file_link__is_an_address_of_a_file_beside_it():
    assert file_link("../models/ä b/x?#.showandtell") == "../models/%C3%A4%20b/x%3F%23.showandtell"
    assert file_link("javascript:alert(1)") == "javascript%3Aalert%281%29"


def test_charts__say_in_words_what_they_show():
    chart = confusion_chart([[3, 1], [0, 2]], ["cat", "dog"])
    assert chart.source.startswith("data:image/svg+xml;base64,")
    assert "1 of cat taken for dog" in chart.alt
    assert "No mistake" in confusion_chart([[1]], ["cat"]).alt
    assert "of 9 photos at 80 % confidence 70 % are right" in calibration_chart([0.8], [0.7], [9]).alt
    alt = threshold_chart(np.array([0.0, 0.9]), np.array([0.5, np.nan]), np.array([1.0, 0.0])).alt
    assert "At 0.00 100 % have an answer, 50.0 % of them right" in alt
    assert "cat 50 %" in bars_chart({"cat": 0.5}, "accuracy").alt
    assert confusion_chart([[3, 1], [0, 2]], ["cat", "dog"]) == chart
