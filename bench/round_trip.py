"""A ``classify`` over the socket against a bare echo of the same bytes, both served alike, one client on loopback."""

import uuid
from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import socketio

from bench.classifier import D, K
from bench.serving import serving
from bench.table import Row
from bench.timing import in_turn
from server.knn import KNN

N = 2_000
ROUNDS = 400
#: A question that leaves nothing open, so that answering it starts no study of the room.
ASKED = {"k": K, "metric": "cosine", "unknownDistance": None}


def client(address: str) -> socketio.Client:
    """Connect to a server over a websocket."""
    # One that reconnects goes on trying when the server, which it may hear of first, has been stopped.
    made = socketio.Client(reconnection=False)
    made.connect(address, transports=["websocket"])
    return made


def call(of: socketio.Client, event: str, *data: Any) -> Any:
    """Send an event and wait for its acknowledgement.

    Raises:
        RuntimeError: The server refused it.
    """
    answer = of.call(event, data)
    if isinstance(answer, dict) and not answer["ok"]:
        raise RuntimeError(f"{event}: {answer['error']}")
    return answer


def round_trip() -> Iterator[Row]:
    """Time both, in turn, at n = 2,000."""
    random = np.random.default_rng(2)
    examples = random.normal(size=(N, D)).astype("<f4")
    query = random.normal(size=D).astype("<f4")
    knn = KNN()
    limit = ("server", "--port", "0", "--requests-per-second", "100000")
    with serving(*limit) as ours, serving("bench.echo") as bare:
        classifier, echo = client(ours), client(bare)
        call(classifier, "join", {"model": {"id": "bench", "dimension": D}})
        for i, embedding in enumerate(examples):
            knn.add_example(embedding, f"class {i % 5}")
            data = {"id": str(uuid.uuid4()), "label": f"class {i % 5}"}
            call(classifier, "addExample", data, embedding.tobytes())
        packed = query.tobytes()
        if call(classifier, "classify", ASKED, packed)["label"] != knn.classify(query, K)["label"]:
            raise RuntimeError("The server's answer is not the classifier's.")
        medians = in_turn(
            {
                "classify": partial(call, classifier, "classify", ASKED, packed),
                "echo": partial(call, echo, "echo", ASKED, packed),
                "alone": partial(knn.classify, query, K),
            },
            ROUNDS,
        )
        classifier.disconnect()
        echo.disconnect()
    allowed = medians["echo"] + 1.5 * medians["alone"]
    yield Row(f"Socket round trip of classify, n = {N:,}", medians["classify"], "bare echo", medians["echo"])
    yield Row("The same", medians["classify"], "bare echo + 1.5 x the classifier alone", allowed, "<= 1")
