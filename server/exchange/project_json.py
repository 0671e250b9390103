"""The two JSON files in a project's file: what they must be to be read at all.

``server/exchange/content.py`` checks what they say; ``docs/file.schema.json`` describes them. The twin is
``web/src/exchange/project-json.js``.
"""

import json
import re
from typing import Any, Final, NamedTuple, NoReturn

from server.contract.errors import ContractError
from server.contract.limits import LIMITS
from server.exchange.action_rows import read_action_rows
from server.exchange.bad_file import bad_file
from server.exchange.content import ContentClass, ContentExample
from server.knn.model import Model
from server.knn.options import ClassifierSettings

FORMAT: Final = "show-and-tell"
#: The version of the format that is written, and the newest that is read.
VERSION: Final = 1
EMBEDDINGS: Final = "embeddings.npy"
MAX_DEPTH: Final = 32
#: Beyond it two whole numbers may be read as one.
MAX_SAFE_INTEGER: Final = 2**53 - 1
PICTURE_NAME: Final = re.compile(r"thumbnails/[0-9]{1,9}\.(?:jpg|png|webp)")


class Project(NamedTuple):
    """What project.json says; not checked yet is what is in it.

    Attributes:
        name: The project's.
        settings: As they travel, complete; None where the file has none.
        classes: In class order.
        examples: In order of arrival, without their pictures.
        pictures: For each example the name of its picture, or None.
        has_embeddings: Whether the file has embeddings.
        actions: By label; their files are names in the zip.
    """

    name: str
    settings: dict[str, Any] | None
    classes: list[ContentClass]
    examples: list[ContentExample]
    pictures: list[str | None]
    has_embeddings: bool
    actions: dict[str, list[dict[str, Any]]]


def picture_name(place: int, kind: str) -> str:
    """Return the name of an example's picture in the file.

    Example:
        >>> picture_name(7, "jpg")
        'thumbnails/7.jpg'
    """
    return f"thumbnails/{place}.{kind}"


def read_json(data: bytes, name: str) -> dict[str, Any]:
    """Read JSON that is untrusted: UTF-8, an object, not nested deeply.

    Raises:
        ContractError: badFile.

    Example:
        >>> read_json(b'{"a": 1}', "a.json")
        {'a': 1}
    """
    _check_depth(data, name)

    def refuse(constant: str) -> NoReturn:
        raise ValueError(constant)

    try:
        value = json.loads(data.decode("utf-8"), parse_constant=refuse, parse_float=_number, parse_int=_number)
    except ValueError as error:
        raise bad_file(name, "JSON, UTF-8") from error
    if not isinstance(value, dict):
        raise bad_file(name, "{…}")
    return value


def _number(text: str) -> float:
    """Return a number as JavaScript reads it: as float64. 5.0 is 5, 2^53 + 1 is 2^53, 400 digits are infinite."""
    number = float(text)
    return int(number) if number.is_integer() else number


def _check_depth(data: bytes, name: str) -> None:
    depth = 0
    # Without what is escaped, a text ends at the next quotation mark, and nothing has to be remembered to find it.
    unescaped = data.replace(rb"\\", b"").replace(rb"\"", b"")
    for match in re.finditer(rb'"[^"]*"|[\[{\]}]', unescaped):
        if match[0][:1] != b'"':
            depth += 1 if match[0] in b"[{" else -1
        if depth > MAX_DEPTH:
            raise bad_file(name, f"{{{{{{… ≤ {MAX_DEPTH}")


def read_project(data: bytes) -> Project:
    """Read project.json. Keys that it doesn't know are ignored.

    Raises:
        ContractError: badFile or newerFile.
    """
    project = read_json(data, "project.json")
    if project.get("format") != FORMAT:
        raise bad_file("project.json: format", FORMAT)
    version = project.get("version")
    if type(version) is not int or not 1 <= version <= MAX_SAFE_INTEGER:
        raise bad_file("project.json: version", f"1–{VERSION}")
    if version > VERSION:
        raise ContractError("newerFile", came=version, expected=VERSION)
    classes = _list(project, "classes", LIMITS["classesPerRoom"])
    examples = _list(project, "examples", LIMITS["examplesPerRoom"])
    if project.get("embeddings", "") not in (None, EMBEDDINGS):
        raise bad_file("project.json: embeddings", EMBEDDINGS)
    settings = project.get("settings")
    if settings is not None and not isinstance(settings, dict):
        raise bad_file("project.json: settings", "{…}")
    pictures = [_picture(example.get("thumbnail")) for example in examples]
    names = [name for name in pictures if name is not None]
    if len(set(names)) < len(names):
        raise bad_file("project.json: thumbnail", "thumbnails/7.jpg")
    _check_counts(project.get("counts"), classes=len(classes), examples=len(examples), thumbnails=len(names))
    defaults = ClassifierSettings().as_dict()
    return Project(
        project.get("name"),  # type: ignore[arg-type] # checked with the rest of the content
        None if settings is None else {key: settings.get(key, default) for key, default in defaults.items()},
        [
            ContentClass(each.get("label"), each.get("colour"), each.get("emoji"), each.get("enabled", True))  # type: ignore[arg-type]
            for each in classes
        ],
        [ContentExample(each.get("id"), each.get("label"), each.get("group")) for each in examples],  # type: ignore[arg-type]
        pictures,
        project["embeddings"] is not None,
        read_action_rows(project.get("actions")),
    )


def _list(project: dict[str, Any], key: str, most: int) -> list[dict[str, Any]]:
    value = project.get(key)
    if not isinstance(value, list) or len(value) > most or not all(isinstance(each, dict) for each in value):
        raise bad_file(f"project.json: {key}", f"[{{…}}] ≤ {most}")
    return value


def _picture(name: object) -> str | None:
    if name is None or (isinstance(name, str) and PICTURE_NAME.fullmatch(name)):
        return name
    raise bad_file("project.json: thumbnail", "thumbnails/7.jpg")


def _check_counts(counts: object, **found: int) -> None:
    for key, count in found.items():
        if not isinstance(counts, dict) or type(counts.get(key)) is not int or counts[key] != count:
            raise bad_file(f"project.json: counts.{key}", str(count))


def read_model(data: bytes) -> Model:
    """Read model.json. Keys that it doesn't know are ignored.

    Raises:
        ContractError: badFile.

    Example:
        >>> read_model(b'{"id": "mobilenet", "dimension": 1280, "title": "MobileNet V2"}')
        Model(id='mobilenet', dimension=1280)
    """
    model = read_json(data, "model.json")
    name, dimension = model.get("id"), model.get("dimension")
    if not isinstance(name, str) or type(dimension) is not int or not 1 <= dimension <= LIMITS["dimension"]:
        raise bad_file("model.json", f"id, dimension 1–{LIMITS['dimension']}")
    return Model(name, dimension)
