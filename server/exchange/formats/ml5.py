"""What ml5's KNNClassifier saves and loads (ml5 0.x, src/KNNClassifier/index.js): {dataset, tensors}.

``dataset`` has a tensor's facts by class number, and the label where classes have names; ``tensors`` has the numbers,
in the order of dataset's keys. The twin is ``web/src/exchange/formats/ml5.js``.
"""

import json
from collections.abc import Iterator

from server.exchange.bad_file import bad_file
from server.exchange.content import ProjectContent
from server.exchange.formats.json_tensors import in_page_order, rows_of
from server.exchange.formats.opened import Imported, Opened
from server.exchange.formats.rows import Rows
from server.exchange.formats.write_numbers import numbers

NAME = "ml5"


def sniff(opened: Opened) -> bool:
    """Return whether a file is one."""
    value = opened.json
    return isinstance(value, dict) and isinstance(value.get("dataset"), dict) and isinstance(value.get("tensors"), list)


def read(opened: Opened, dimension: int | None = None) -> Imported:
    """Read it. Raises: as ``registry.read_foreign``."""
    classes, tensors = in_page_order(opened.json["dataset"]), opened.json["tensors"]
    if len(classes) != len(tensors):
        raise bad_file(f"tensors: {len(tensors)}", str(len(classes)))
    rows = Rows(opened.name)
    for (key, facts), values in zip(classes, tensors, strict=True):
        if values is None:  # a class whose examples were cleared
            continue
        facts = facts if isinstance(facts, dict) else {}
        # The name is the label, never the number that stands for it; a class without a name is called by its number.
        label = key if facts.get("label") is None else facts["label"]
        for row in rows_of(values, facts.get("shape")):
            rows.add(label, row)
    return Imported(rows.content(), [])


def write(content: ProjectContent) -> Iterator[str]:
    """Yield it as text."""
    if content.embeddings is None:
        return
    d = content.embeddings.shape[1]
    indices = [
        [i for i, example in enumerate(content.examples) if example.label == each.label] for each in content.classes
    ]
    indices = [of for of in indices if of]
    dataset = {
        str(number): {"shape": [len(of), d], "dtype": "float32", "label": content.examples[of[0]].label}
        for number, of in enumerate(indices)
    }
    yield f'{{"dataset":{json.dumps(dataset, ensure_ascii=False, separators=(",", ":"))},\n"tensors":['
    for number, of in enumerate(indices):
        yield ",\n[" if number else "["
        for place, row in enumerate(of):
            yield ("," if place else "") + ",".join(numbers(content.embeddings[row]))
        yield "]"
    yield "]}"
