"""``classify`` over the socket against a bare echo of the same bytes: both served alike, one client on loopback."""

import contextlib
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

#: Examples in the room.
N = 2_000
ROUNDS = 400
#: Settings without "auto", so that answering starts no evaluation of the room.
SETTINGS = {"k": K, "metric": "cosine", "unknownDistance": None}


@contextlib.contextmanager
def connected(address: str) -> Iterator[socketio.Client]:
    """Connect to a server over a websocket while the context lasts."""
    # With reconnection the client would go on trying after the server has been stopped.
    client = socketio.Client(reconnection=False)
    client.connect(address, transports=["websocket"])
    try:
        yield client
    finally:
        # A client whose server stops first leaves its socket open.
        client.disconnect()


def call(client: socketio.Client, event: str, *data: Any) -> Any:
    """Send an event and wait for its acknowledgement.

    Raises:
        RuntimeError: The server refused it.
    """
    answer = client.call(event, data)
    if isinstance(answer, dict) and not answer["ok"]:
        raise RuntimeError(f"{event}: {answer['error']}")
    return answer


def round_trip() -> Iterator[Row]:
    """Time both, in turn, at n = N."""
    random = np.random.default_rng(2)
    examples = random.normal(size=(N, D)).astype("<f4")
    embedding = random.normal(size=D).astype("<f4")
    knn = KNN()
    command = ("server", "--port", "0", "--requests-per-second", "100000")
    with contextlib.ExitStack() as stack:
        classifier = stack.enter_context(connected(stack.enter_context(serving(*command))))
        echo = stack.enter_context(connected(stack.enter_context(serving("bench.echo"))))
        call(classifier, "join", {"model": {"id": "bench", "dimension": D}})
        for i, example in enumerate(examples):
            knn.add_example(example, f"class {i % 5}")
            data = {"id": str(uuid.uuid4()), "label": f"class {i % 5}"}
            call(classifier, "addExample", data, example.tobytes())
        embedding_bytes = embedding.tobytes()
        if call(classifier, "classify", SETTINGS, embedding_bytes)["label"] != knn.classify(embedding, K)["label"]:
            raise RuntimeError("The server's answer is not the classifier's.")
        medians = in_turn(
            {
                "classify": partial(call, classifier, "classify", SETTINGS, embedding_bytes),
                "echo": partial(call, echo, "echo", SETTINGS, embedding_bytes),
                "alone": partial(knn.classify, embedding, K),
            },
            ROUNDS,
        )
    allowed = medians["echo"] + 1.5 * medians["alone"]
    yield Row(f"Socket round trip of classify, n = {N:,}", medians["classify"], "bare echo", medians["echo"])
    yield Row("The same", medians["classify"], "bare echo + 1.5 x the classifier alone", allowed, "<= 1")
