"""The server killed under load: what was acknowledged is there once, and clients go on by themselves."""

import asyncio

from bench.load.kills import Server, kills


def test_kill__loses_and_doubles_nothing_that_was_acknowledged(tmp_path):
    lines: list[str] = []
    found = asyncio.run(kills(3, Server(str(tmp_path)), echo=lines.append))
    assert found.acknowledged > 100
    assert found.is_right, "\n".join(lines)
