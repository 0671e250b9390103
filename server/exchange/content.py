"""What a file of a project holds, whatever its format, and which content is refused.

Every format's module turns its file into a ``ProjectContent`` and back. The twin is ``web/src/exchange/content.js``.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn

import numpy as np

from server.contract.emoji import is_emoji
from server.contract.errors import ContractError
from server.contract.limits import LIMITS
from server.exchange.action_rows import Actions, check_action_rows
from server.knn.arrays import Embeddings
from server.knn.checks import as_label, as_name
from server.knn.model import Model
from server.knn.options import settings_change

#: Half a character, which JSON can spell, could not be sent to anyone.
HALF: Final = re.compile("[\ud800-\udfff]")
#: The first bytes of a picture, by what its file is called.
JPEG_START: Final = b"\xff\xd8\xff"
PNG_START: Final = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class ContentClass:
    """One class.

    Attributes:
        label: Its name.
        colour: Its palette slot; None for whichever is free.
        emoji: One visible character, or None.
        enabled: Whether its examples vote; a class that is switched off keeps them.
    """

    label: str
    colour: int | None = None
    emoji: str | None = None
    enabled: bool = True


@dataclass(frozen=True)
class ContentExample:
    """One example without its embedding.

    Attributes:
        id: Its id.
        label: The label of one of the classes.
        group: The recording that it belongs to.
        thumbnail: A JPEG, PNG or WebP of at most ``thumbnailBytes``; where there are no embeddings, the picture itself,
            of at most ``pictureBytes``.
    """

    id: str
    label: str
    group: str | None = None
    thumbnail: bytes | None = None


@dataclass(frozen=True, eq=False)
class ProjectContent:
    """A project as a file holds it. ``check_content`` says whether it makes sense.

    Attributes:
        name: "" where none was given.
        model: Whose embeddings it holds; None for pictures only.
        settings: As they travel: k, metric, weights, unknownDistance; None where the format has none.
        classes: In class order; some may have no examples.
        examples: In order of arrival.
        embeddings: float32, (n, d), finite, no row of zeros; None for pictures only, and every example has one.
        actions: What happens when a class has won, by its label; "" for "I don't know". Their files are bytes.

    Example:
        >>> ProjectContent("Pets", None, None, [ContentClass("cat")], [], None).classes[0].label
        'cat'
    """

    name: str
    model: Model | None
    settings: Mapping[str, Any] | None
    classes: Sequence[ContentClass] = field(default_factory=list)
    examples: Sequence[ContentExample] = field(default_factory=list)
    embeddings: Embeddings | None = None
    actions: Actions = field(default_factory=dict)

    def __eq__(self, other: object) -> bool:
        """Return whether the other holds the same, bit for bit."""
        if not isinstance(other, ProjectContent):
            return NotImplemented
        return _bits(self.embeddings) == _bits(other.embeddings) and _facts(self) == _facts(other)

    __hash__ = None  # type: ignore[assignment]


def _bits(embeddings: Embeddings | None) -> tuple[object, bytes] | None:
    return None if embeddings is None else (embeddings.shape, embeddings.tobytes())


def _facts(content: ProjectContent) -> tuple[object, ...]:
    settings = None if content.settings is None else dict(content.settings)
    actions = {label: list(each) for label, each in content.actions.items()}
    return content.name, content.model, settings, list(content.classes), list(content.examples), actions


def check_content(content: ProjectContent) -> ProjectContent:
    """Refuse content that no project could hold.

    Args:
        content: Its types are checked too.

    Returns:
        The same.

    Raises:
        ContractError: badDataset; badLabel, emptyLabel, longLabel, badId, badGroup, badThumbnail; notFinite,
            zeroVector; badK, unknownMetric, unknownWeights, badUnknownDistance; badAction.

    Example:
        >>> check_content(ProjectContent("Pets", None, None, [ContentClass(" ")]))
        Traceback (most recent call last):
        server.contract.errors.ContractError: ...
    """
    if not _is_text(content.name, 0, LIMITS["nameCharacters"]) or HALF.search(content.name):
        _refuse("its name", f"text of at most {LIMITS['nameCharacters']} characters")
    _check_model(content.model)
    if content.settings is not None:
        if not isinstance(content.settings, Mapping):
            _refuse("its settings", "an object")
        settings_change(content.settings)
    _check_classes(content.classes)
    labels = {each.label for each in content.classes}
    check_action_rows(content.actions, labels)
    most = LIMITS["pictureBytes"] if content.embeddings is None else LIMITS["thumbnailBytes"]
    _check_examples(content.examples, labels, most)
    if content.embeddings is not None:
        _check_embeddings(content.embeddings, len(content.examples), content.model)
    elif any(example.thumbnail is None for example in content.examples):
        _refuse("an example without an embedding and without a picture", "one of the two")
    return content


def picture_kind(picture: bytes) -> str | None:
    """Return what a picture is by its first bytes: "jpg", "png" or "webp"; None for none of these.

    Example:
        >>> picture_kind(bytes([0xFF, 0xD8, 0xFF, 0xE0]))
        'jpg'
    """
    if picture.startswith(JPEG_START):
        return "jpg"
    if picture.startswith(PNG_START):
        return "png"
    return "webp" if picture[:4] == b"RIFF" and picture[8:12] == b"WEBP" else None


def _check_model(model: object) -> None:
    if model is None:
        return
    is_model = isinstance(model, Model) and _is_text(model.id, 1, LIMITS["modelIdCharacters"])
    if not is_model or not _is_whole(model.dimension, 1, LIMITS["dimension"]):  # type: ignore[attr-defined]
        _refuse("its model", f"an id, and a dimension from 1 to {LIMITS['dimension']}")


def _check_classes(classes: object) -> None:
    if isinstance(classes, str) or not isinstance(classes, Sequence):
        _refuse("its classes", "a list")
    if len(classes) > LIMITS["classesPerRoom"]:
        _refuse(f"{len(classes)} classes", f"{LIMITS['classesPerRoom']} at most")
    labels: set[str] = set()
    for each in classes:
        if as_label(each.label) in labels:
            _refuse("two classes of one name", "each name once")
        labels.add(each.label)
        if each.colour is not None and not _is_whole(each.colour, 0, LIMITS["colours"] - 1):
            _refuse("a class's colour", f"nothing, or a number from 0 to {LIMITS['colours'] - 1}")
        if each.emoji is not None and not (isinstance(each.emoji, str) and is_emoji(each.emoji)):
            _refuse("a class's emoji", "nothing, or one single emoji")
        if not isinstance(each.enabled, bool):
            _refuse("a class's enabled", "true or false")


def _check_examples(examples: object, labels: set[str], most_bytes: int) -> None:
    if isinstance(examples, str) or not isinstance(examples, Sequence):
        _refuse("its examples", "a list")
    if len(examples) > LIMITS["examplesPerRoom"]:
        _refuse(f"{len(examples)} examples", f"{LIMITS['examplesPerRoom']} at most")
    ids: set[str] = set()
    for example in examples:
        if as_name(example.id, "badId") in ids:
            _refuse("two examples of one id", "each id once")
        ids.add(example.id)
        if not isinstance(example.label, str) or example.label not in labels:
            _refuse("an example of no class", "the name of one of the classes")
        if example.group is not None:
            as_name(example.group, "badGroup")
        if example.thumbnail is not None:
            _check_picture(example.thumbnail, most_bytes)


def _check_picture(picture: object, most_bytes: int) -> None:
    if not isinstance(picture, bytes):
        raise ContractError("badThumbnail", came=type(picture).__name__, expected=most_bytes)
    if not 0 < len(picture) <= most_bytes:
        raise ContractError("badThumbnail", came=f"{len(picture)} B", expected=most_bytes)
    if picture_kind(picture) is None:
        raise ContractError("badThumbnail", came="bytes of something else", expected=most_bytes)


def _check_embeddings(embeddings: object, n: int, model: Model | None) -> None:
    if not isinstance(embeddings, np.ndarray) or embeddings.dtype != np.float32:
        _refuse("its embeddings", "32-bit numbers")
    if model is None:
        _refuse("embeddings of no model", "the model's id and dimension")
    if embeddings.shape != (n, model.dimension):
        _refuse(f"{embeddings.size} numbers", f"{n} embeddings of {model.dimension} numbers")
    # In slices, so that nothing as large as the array is made. The first row that is wrong decides.
    step = max(1, 2**20 // model.dimension)
    for start in range(0, n, step):
        rows = embeddings[start : start + step]
        finite = np.isfinite(rows)
        wrong = np.flatnonzero(~finite.all(axis=1) | ~rows.any(axis=1))
        if wrong.size and not finite[wrong[0]].all():
            raise ContractError("notFinite", came=int(np.flatnonzero(~finite[wrong[0]])[0]))
        if wrong.size:
            raise ContractError("zeroVector")


def _is_text(value: object, least: int, most: int) -> bool:
    return isinstance(value, str) and least <= len(value) <= most


def _is_whole(value: object, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _refuse(came: str, expected: str) -> NoReturn:
    raise ContractError("badDataset", came=came, expected=expected)
