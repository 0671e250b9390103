"""``trained.json``: what a trained model says of itself, and how an untrusted one is checked.

``toolchain/models/trained.py`` reads and writes it.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple, NoReturn

from server.contract.errors import ContractError
from server.contract.limits import LIMITS
from server.exchange.project_json import read_json
from server.knn.centre import Centre
from server.knn.certainty import LARGEST_DISTANCE, UnknownLimit
from server.knn.model import Model
from server.knn.options import check_settings, settings_change
from toolchain.errors import ToolchainError

NAME: Final = "trained.json"
FORMAT: Final = "show-and-tell-trained"
#: The version that is written, and the newest that is read.
VERSION: Final = 1
HEADS: Final = ("knn", "softmax")
AGAIN: Final = "Train it again: python -m toolchain train"
_PIECE_BYTES: Final = 2**20


class Network(NamedTuple):
    """The network whose embeddings a model was trained on.

    Attributes:
        id: See ``convert``; embeddings of another id can't be compared.
        title: For a person.
        dimension: d.
        fingerprint: Of the network's files, in hex.
        folder: Where it was when the model was trained; "network" for one of the model's own, in its folder.
        prior: Its own limit of "I don't know".
    """

    id: str
    title: str
    dimension: int
    fingerprint: str
    folder: str
    prior: UnknownLimit

    def as_dict(self) -> dict[str, Any]:
        """Return what ``trained.json`` says of it."""
        limit = self.prior.as_dict()
        return {**self._asdict(), "prior": limit["distance"], "centre": limit["centre"]}


class Resolved(NamedTuple):
    """What the settings that say "auto" stand for: a metric, and a limit of "I don't know"; None for none."""

    metric: str
    unknown_distance: float | UnknownLimit | None


class Facts(NamedTuple):
    """What ``trained.json`` says, checked.

    Attributes:
        head: One of HEADS.
        classes: In class order.
        neither: The class of anything else; None where there is none.
        network: Whose embeddings.
        settings: As they travel: k, metric, weights, unknownDistance.
        resolved: What "auto" in them stands for.
        threshold: The share from which an answer counts as confident, 0 to 1.
        figures: How good it is; for people and programs.
        photos: What it was trained on; likewise.
        names: Of each example, the photo that it was made of.
        files: The sha256 of the files beside, by name.
    """

    head: str
    classes: list[str]
    neither: str | None
    network: Network
    settings: dict[str, Any]
    resolved: Resolved
    threshold: float
    figures: dict[str, Any]
    photos: dict[str, Any]
    names: list[str]
    files: dict[str, str]

    def as_bytes(self) -> bytes:
        """Return the file."""
        limit = self.resolved.unknown_distance
        whole = {
            "format": FORMAT,
            "version": VERSION,
            "head": self.head,
            "classes": self.classes,
            "neither": self.neither,
            "model": self.network.as_dict(),
            "settings": self.settings,
            "resolved": {
                "metric": self.resolved.metric,
                "unknownDistance": limit.as_dict() if isinstance(limit, UnknownLimit) else limit,
            },
            "threshold": self.threshold,
            "figures": self.figures,
            "photos": self.photos,
            "files": self.files,
            "examples": self.names,
        }
        # Names of files may have halves of characters, which UTF-8 has not.
        return json.dumps(whole, indent="\t", ensure_ascii=True, allow_nan=False).encode() + b"\n"

    def digest(self) -> str:
        """Return what a model is known by, whichever of its files changes: the sha256 of this one, in hex."""
        return hashlib.sha256(self.as_bytes()).hexdigest()


def read_facts(folder: Path) -> Facts:
    """Read and check a folder's ``trained.json``.

    Raises:
        ToolchainError: There is none, or it is damaged; says which part.
    """
    path = folder / NAME
    if not path.is_file():
        raise ToolchainError(f"There is no trained model in {folder}: it has no {NAME}.", AGAIN)
    size = path.stat().st_size
    if size > LIMITS["fileJsonBytes"]:
        refuse(path, f"it has {size:,} bytes; {LIMITS['fileJsonBytes']:,} at most were expected")
    try:
        value = read_json(path.read_bytes(), NAME)
    except ContractError as error:
        raise ToolchainError(f"{path} is damaged: it is no JSON, or nested too deeply.", AGAIN) from error
    try:
        return _checked(path, value)
    except (KeyError, TypeError, AttributeError) as error:
        raise ToolchainError(f"{path} is damaged: {type(error).__name__} {error}.", AGAIN) from error


def _checked(path: Path, value: dict[str, Any]) -> Facts:
    if value.get("format") != FORMAT:
        refuse(path, f'its format is {value.get("format")!r}; "{FORMAT}" was expected')
    version = value.get("version")
    if type(version) is not int or version < 1:
        refuse(path, f"its version is {version!r}; 1 to {VERSION} was expected")
    if version > VERSION:
        raise ToolchainError(
            f"{path} was written by a newer version of this program: {version}; {VERSION} is known here.",
            "Update this program, or train the model again.",
        )
    if value["head"] not in HEADS:
        refuse(path, f"its head is {value['head']!r}; one of {', '.join(HEADS)} was expected")
    classes, neither = _texts(path, value, "classes"), value["neither"]
    if not classes or len(set(classes)) < len(classes):
        refuse(path, "each of its classes has to be named once")
    if neither is not None and neither not in classes:
        refuse(path, f"its class for anything else is {neither!r}, which is none of its classes")
    threshold = _number(path, value, "threshold", 1)
    settings = {key: value["settings"][key] for key in ("k", "metric", "weights", "unknownDistance")}
    resolved = value["resolved"]
    try:
        settings_change(settings)
        limit = resolved["unknownDistance"]
        limit = UnknownLimit.from_dict(limit) if isinstance(limit, Mapping) else limit
        check_settings(settings["k"], resolved["metric"], settings["weights"], limit)
    except ContractError as error:
        raise ToolchainError(f"{path} is damaged, its settings: {error}", AGAIN) from error
    for key in ("figures", "photos", "files"):
        if not isinstance(value[key], dict):
            refuse(path, f"`{key}` is no object")
    files = {str(name): str(digest) for name, digest in value["files"].items()}
    return Facts(
        value["head"],
        classes,
        neither,
        _network(path, value["model"]),
        settings,
        Resolved(resolved["metric"], limit),
        threshold,
        value["figures"],
        value["photos"],
        _texts(path, value, "examples"),
        files,
    )


def _network(path: Path, value: dict[str, Any]) -> Network:
    try:
        model = Model.from_dict(value)
    except ContractError as error:
        raise ToolchainError(f"{path} is damaged, its model: {error}", AGAIN) from error
    texts = [value[key] for key in ("title", "fingerprint", "folder")]
    if not all(isinstance(text, str) for text in texts):
        refuse(path, "its model has a title, a fingerprint or a folder that is no text")
    title, fingerprint, folder = texts
    prior = UnknownLimit(_number(path, value, "prior", LARGEST_DISTANCE))
    # Models that were trained before networks had one have none.
    if value.get("centre") is not None:
        try:
            prior = prior._replace(centre=Centre.from_dict(value["centre"]))
        except ContractError as error:
            raise ToolchainError(f"{path} is damaged, its model: {error}", AGAIN) from error
        if prior.centre and prior.centre.dimension != model.dimension:
            refuse(path, f"its model has a centre of {prior.centre.dimension} numbers")
    return Network(model.id, title, model.dimension, fingerprint, folder, prior)


def _texts(path: Path, value: dict[str, Any], key: str) -> list[str]:
    texts = value[key]
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        refuse(path, f"`{key}` is no list of texts")
    return texts


def _number(path: Path, value: dict[str, Any], key: str, most: float) -> float:
    number = value[key]
    if isinstance(number, bool) or not isinstance(number, int | float) or not 0 <= number <= most:
        refuse(path, f"`{key}` is {number!r}; a number from 0 to {most:g} was expected")
    return float(number)


def refuse(path: Path, why: str) -> NoReturn:
    """Raise the error for a file that is not what it should be.

    Raises:
        ToolchainError: Always.
    """
    raise ToolchainError(f"{path} is damaged: {why}.", AGAIN)


def sha256(path: Path) -> str:
    """Return a file's sha256, in hex."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE_BYTES):
            digest.update(piece)
    return digest.hexdigest()


def same_classes(facts: Facts, classes: Sequence[str]) -> bool:
    """Return whether a model tells these classes apart; its class for anything else need not be named."""
    named = set(classes)
    return named == set(facts.classes) or named == {each for each in facts.classes if each != facts.neither}
