"""Which sounds and pictures a project's file may have. web/tests/exchange/action-file.test.js reads the same GIFs."""

import base64
import io
import json
from pathlib import Path

import pytest
from PIL import Image

from server.contract.errors import ContractError
from server.exchange.action_file import check_action_file
from server.exchange.gif_shape import gif_shape

GIFS = json.loads((Path(__file__).parent / "gifs.json").read_text("utf-8"))


@pytest.mark.parametrize("case", GIFS)
def test_check_action_file__of_gifs(case):
    data = base64.b64decode(GIFS[case]["base64"])
    if GIFS[case]["isAllowed"]:
        assert check_action_file(data, "actions/0.gif") == data
        return
    with pytest.raises(ContractError) as caught:
        check_action_file(data, "actions/0.gif")
    assert (caught.value.code, caught.value.came) == ("badFile", '"actions/0.gif"')


def test_gif_shape__of_one_that_is_cut_anywhere():
    out = io.BytesIO()
    frames = [Image.new("L", (30, 20), grey) for grey in (0, 99, 200)]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    data = out.getvalue()
    assert gif_shape(data) == (30, 20, 30, 20)
    for cut in range(6, len(data)):
        assert gif_shape(data[:cut]).frame_width in (0, 30)
