"""Random contents of projects, odd ones too, for tests of files."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_numpy

from server.exchange.content import ContentClass, ContentExample, ProjectContent
from server.knn.checks import BLANK
from server.knn.model import Model

ODD = [
    "constructor",
    "__proto__",
    "日本",
    "🦊",
    "<img onerror=…>",
    'a"b\\c',
    "\u202eabc",
    "e\u0301",
    "é",
    "a/../b",
    "\x00a",
    "null",
]
#: No half characters in labels; ids may have them.
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
LABELS = (st.sampled_from(ODD) | TEXT).filter(lambda text: not BLANK.fullmatch(text))
IDS = st.text(min_size=1, max_size=64) | st.sampled_from(["\ud83d", "__proto__"])
STARTS = [b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP"]
#: Without the byte that begins the markers of JPEG, of which one could say that the picture is huge.
PICTURES = st.builds(
    bytes.__add__, st.sampled_from(STARTS), st.binary(max_size=200).map(lambda data: data.replace(b"\xff", b""))
)
#: Small, and with nothing behind the first bytes that a size could be read from.
FILES = {
    "sound": st.none() | st.sampled_from([b"ID3\x04 a tag and", b"RIFF\0\0\0\0WAVEfmt ", b"OggS\0\0\0\0\0\0\0\0"]),
    "picture": st.none() | st.sampled_from([b"GIF89a\x02\0\x03\0\0\0\0", b"\xff\xd8\xff\xe0 and more"]),
}
PLAIN = TEXT.filter(lambda text: len(text) <= 200)
ACTIONS = st.one_of(
    st.fixed_dictionaries({"kind": st.just("say"), "cooldown": st.integers(0, 60), "text": PLAIN}),
    st.fixed_dictionaries(
        {
            "kind": st.just("sound"),
            "cooldown": st.just(0),
            "sound": st.sampled_from(["bell", "clap"]),
            "file": FILES["sound"],
        }
    ),
    st.fixed_dictionaries({"kind": st.just("picture"), "cooldown": st.just(3), "file": FILES["picture"]}),
    st.fixed_dictionaries(
        {"kind": st.just("serial"), "cooldown": st.just(0), "text": PLAIN, "baud": st.sampled_from([9600, 115200])}
    ),
    st.just({"kind": "midi", "cooldown": 1, "note": 64, "channel": 16}),
    st.just({"kind": "webhook", "cooldown": 0, "address": "http://127.0.0.1:1880/a?b=c"}),
)
SETTINGS = st.none() | st.fixed_dictionaries(
    {
        "k": st.integers(1, 30),
        "metric": st.sampled_from(["auto", "cosine", "euclidean", "manhattan", "adapted"]),
        "weights": st.sampled_from(["uniform", "distance"]),
        "unknownDistance": st.none() | st.just("auto") | st.floats(0, 2),
    }
)


@st.composite
def contents(draw):
    labels = draw(st.lists(LABELS, unique=True, max_size=5))
    emoji = st.none() | st.sampled_from(["🦊", "👩‍🏫", "x"])
    classes = [
        ContentClass(label, draw(st.none() | st.integers(0, 107)), draw(emoji), draw(st.booleans())) for label in labels
    ]
    ids = draw(st.lists(IDS, unique=True, max_size=6 if labels else 0))
    model = draw(st.none() | st.builds(Model, st.text(min_size=1, max_size=20), st.integers(1, 9)))
    has_embeddings = model is not None and draw(st.booleans())
    pictures = st.none() | PICTURES if has_embeddings else PICTURES
    examples = [
        ContentExample(each, draw(st.sampled_from(labels)), draw(st.none() | IDS), draw(pictures)) for each in ids
    ]
    embeddings = None
    if has_embeddings:
        numbers = st.floats(width=32, allow_nan=False, allow_infinity=False)
        embeddings = draw(st_numpy.arrays(np.float32, (len(ids), model.dimension), elements=numbers))
        embeddings[~embeddings.any(axis=1), 0] = -1.5
    acting = draw(st.lists(st.sampled_from([*labels, ""]), unique=True))
    actions = {label: draw(st.lists(ACTIONS, min_size=1, max_size=3)) for label in acting}
    name = draw(TEXT)
    return ProjectContent(name, model, draw(SETTINGS), classes, examples, embeddings, actions)
