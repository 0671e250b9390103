"""The options of large folders and models: where one changes nothing, that is told."""

import pytest

from toolchain.scale.option import tell_without_effect


@pytest.mark.parametrize(
    ("kind", "count", "told"), [("ivf", 50_000, True), ("ivf", 50_001, False), ("exact", 3, False)]
)
def test_tell_without_effect__where_all_examples_are_searched(capsys, kind, count, told):
    tell_without_effect(kind, count)
    output = capsys.readouterr().err
    assert ("--index ivf changes nothing" in output and "50,000 examples" in output) == told
    assert told or not output
