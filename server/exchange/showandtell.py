"""The file of a project, ``.showandtell``: ``docs/file.md`` describes it.

Reading checks everything before it gives anything back. The twin is ``web/src/exchange/showandtell.js``.
"""

import dataclasses
import datetime
import json
import zipfile
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np

from server.contract.errors import ContractError
from server.contract.limits import LIMITS
from server.exchange.action_file import check_action_file
from server.exchange.action_rows import name_action_files
from server.exchange.bad_file import bad_file
from server.exchange.content import ContentClass, ProjectContent, check_content, picture_kind
from server.exchange.npy import npy_header, read_npy_header
from server.exchange.picture_shape import picture_shape
from server.exchange.project_json import (
    EMBEDDINGS,
    FORMAT,
    VERSION,
    Project,
    picture_name,
    read_model,
    read_project,
)
from server.exchange.whole_file import whole
from server.exchange.zips import ZipReader
from server.knn.arrays import Embeddings
from server.knn.model import FLOAT32, Model

#: More than any header of an array has.
HEAD_BYTES: Final = 5000
#: A zip knows no earlier time; always the same, so that the same project is the same file.
EARLIEST: Final = (1980, 1, 1, 0, 0, 0)


def write_showandtell(
    content: ProjectContent,
    file: BinaryIO | str | Path,
    *,
    title: str | None = None,
    written: datetime.datetime | None = None,
) -> None:
    """Write a project as a file; at a path whole or not at all.

    Args:
        content: What to write.
        file: A path, or a binary file.
        title: The model's, for a person.
        written: When the file was written, with its time zone; now, if left out.

    Raises:
        ContractError: ``check_content``'s, and badFile for what is too large.
        OSError: It can't be written.

    Example:
        >>> import io
        >>> file = io.BytesIO()
        >>> write_showandtell(ProjectContent("Pets", None, None), file)
        >>> read_showandtell(file).name
        'Pets'
    """
    if isinstance(file, str | Path):
        with whole(Path(file)) as path, path.open("wb") as opened:
            write_showandtell(content, opened, title=title, written=written)
        return
    check_content(content)
    array = None if content.embeddings is None else np.ascontiguousarray(content.embeddings, FLOAT32)
    pictures = [example.thumbnail for example in content.examples if example.thumbnail is not None]
    actions, files = name_action_files(content.actions)
    # The rest of what a reader takes is for the JSON.
    most = LIMITS["fileBytes"] - LIMITS["fileJsonBytes"]
    if sum(map(len, [*pictures, *files.values()])) + (0 if array is None else array.nbytes) > most:
        raise bad_file("zip", f"≤ {most} B")
    with zipfile.ZipFile(file, "w") as writer:
        writer.writestr(_entry("project.json", zipfile.ZIP_DEFLATED), _json(_project(content, actions, written)))
        if content.model is not None:
            writer.writestr(
                _entry("model.json"), _json({**content.model.as_dict(), "title": title or content.model.id})
            )
        if array is not None:
            with writer.open(_entry(EMBEDDINGS), "w") as entry:
                entry.write(npy_header(*array.shape))
                entry.write(array.view(np.uint8).data if array.size else b"")
        for place, example in enumerate(content.examples):
            if example.thumbnail is not None:
                writer.writestr(_entry(_picture_name(place, example.thumbnail)), example.thumbnail)
        for name, data in files.items():
            writer.writestr(_entry(name), data)


def _project(
    content: ProjectContent, actions: list[dict[str, object]], written: datetime.datetime | None
) -> dict[str, object]:
    moment = (written or datetime.datetime.now(datetime.timezone.utc)).astimezone(datetime.timezone.utc)
    names = [
        None if example.thumbnail is None else _picture_name(place, example.thumbnail)
        for place, example in enumerate(content.examples)
    ]
    return {
        "format": FORMAT,
        "version": VERSION,
        "name": content.name,
        "createdAt": moment.isoformat(timespec="milliseconds")[:-6] + "Z",
        "settings": None if content.settings is None else dict(content.settings),
        "counts": {
            "classes": len(content.classes),
            "examples": len(content.examples),
            "thumbnails": sum(name is not None for name in names),
        },
        "embeddings": None if content.embeddings is None else EMBEDDINGS,
        "classes": [_class(each) for each in content.classes],
        **({"actions": actions} if actions else {}),
        "examples": [
            {"id": example.id, "label": example.label, "group": example.group, "thumbnail": name}
            for example, name in zip(content.examples, names, strict=True)
        ],
    }


def _class(each: ContentClass) -> dict[str, object]:
    """Return a class for the file; that it takes part need not be said."""
    fields = dataclasses.asdict(each)
    if each.enabled:
        del fields["enabled"]
    return fields


def _picture_name(place: int, picture: bytes) -> str:
    return picture_name(place, str(picture_kind(picture)))


def _entry(name: str, method: int = zipfile.ZIP_STORED) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, EARLIEST)
    info.compress_type = method
    info.external_attr = 0o644 << 16
    return info


def _json(value: object) -> bytes:
    # ASCII, so that half a character in an id, which UTF-8 has not, is written too.
    return json.dumps(value, indent="\t").encode() + b"\n"


def read_showandtell(file: BinaryIO | str | Path) -> ProjectContent:
    """Open a project's file. Whatever is wrong with it, nothing is given back.

    Args:
        file: A path, or a binary file that can seek; untrusted.

    Raises:
        ContractError: badFile or newerFile.
        OSError: The file can't be read at all.

    Example:
        >>> read_showandtell("pets.showandtell").embeddings.shape  # doctest: +SKIP
        (120, 1280)
    """
    if isinstance(file, str | Path):
        with Path(file).open("rb") as opened:
            return read_showandtell(opened)
    reader = ZipReader(file)
    project = read_project(reader.read("project.json", LIMITS["fileJsonBytes"]))
    has_model = "model.json" in reader.entries
    model = read_model(reader.read("model.json", LIMITS["fileJsonBytes"])) if has_model else None
    embeddings = _read_embeddings(reader, len(project.examples), model) if project.has_embeddings else None
    content = _content(reader, project, model, embeddings)
    try:
        return check_content(content)
    except ContractError as error:
        is_numbers = error.code in ("notFinite", "zeroVector")
        part = f"{EMBEDDINGS if is_numbers else 'project.json'}: {error.code}"
        words = [error.expected, error.came and f"≠ {error.came}"]
        raise bad_file(part, "; ".join(filter(None, words)) or "≠ NaN, ≠ 0") from error


def _content(reader: ZipReader, project: Project, model: Model | None, embeddings: Embeddings | None) -> ProjectContent:
    is_small = embeddings is not None
    examples = [
        example if name is None else dataclasses.replace(example, thumbnail=_read_picture(reader, name, is_small))
        for example, name in zip(project.examples, project.pictures, strict=True)
    ]
    actions = {
        label: [
            action if action.get("file") is None else {**action, "file": _read_action_file(reader, action["file"])}
            for action in each
        ]
        for label, each in project.actions.items()
    }
    return ProjectContent(project.name, model, project.settings, project.classes, examples, embeddings, actions)


def _read_action_file(reader: ZipReader, name: str) -> bytes:
    return check_action_file(reader.read(name, LIMITS["actionFileBytes"]), name)


def _read_embeddings(reader: ZipReader, n: int, model: Model | None) -> Embeddings:
    """Return the embeddings: float32, (n, d)."""
    if model is None:
        raise bad_file("model.json", "model.json")
    shape = f"float32 ({n}, {model.dimension})"
    n_bytes = 4 * n * model.dimension
    chunks = reader.chunks(EMBEDDINGS, n_bytes + HEAD_BYTES)
    head = b""
    for chunk in chunks:
        head += chunk
        if len(head) >= HEAD_BYTES:
            break
    header = read_npy_header(head, EMBEDDINGS)
    size = reader.entries[EMBEDDINGS].file_size
    if (header.n, header.d) != (n, model.dimension) or size != header.start + n_bytes:
        raise bad_file(EMBEDDINGS, shape)
    data = bytearray(n_bytes)
    at = len(head) - header.start
    data[:at] = head[header.start :]
    for chunk in chunks:
        data[at : at + len(chunk)] = chunk
        at += len(chunk)
    return np.frombuffer(data, FLOAT32).astype(np.float32, copy=False).reshape(n, model.dimension)


def _read_picture(reader: ZipReader, name: str, is_small: bool) -> bytes:
    picture = reader.read(name, LIMITS["thumbnailBytes" if is_small else "pictureBytes"])
    kind = picture_kind(picture)
    if kind is None or not name.endswith(f".{kind}"):
        raise bad_file(name, "JPEG, PNG, WebP")
    most = LIMITS["thumbnailPixels" if is_small else "picturePixels"]
    if picture_shape(picture).pixels > most:
        raise bad_file(name, f"≤ {most} px")
    return picture
