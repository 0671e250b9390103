"""Puts photos from anywhere into class folders, each once, and says in ``collected.csv`` where each came from.

Every photo is there whole before its line is: a run that is stopped at any moment goes on where it was.
"""

import datetime
import hashlib
import importlib
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from itertools import islice
from pathlib import Path
from typing import Final, cast

from PIL import Image

from photos.folder import PassedOver, PhotoFile, list_photos
from photos.problem import PhotoProblem
from photos.reader import read_file, read_photo
from server.contract.errors import ContractError
from server.contract.limits import LIMITS
from server.exchange.content import picture_kind
from server.exchange.formats.folders import folder_names
from server.exchange.formats.tree import plan_tree
from server.exchange.whole_file import whole
from server.exchange.zips import ZipReader
from toolchain.collecting.fetch import FetchError
from toolchain.collecting.found import Fetch, Found, Provider
from toolchain.collecting.origins import OriginsTable
from toolchain.errors import ToolchainError
from toolchain.tables import read_table

TABLE: Final = "collected.csv"
#: Where programs that are installed beside this one announce providers.
ENTRY_POINTS: Final = "showandtell.providers"
_MOST_BYTES: Final = LIMITS["pictureBytes"]
_LIST_COLUMNS: Final = frozenset({"url", "label", "licence", "license", "source", "author", "title"})
_ENDINGS: Final = frozenset({"jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff", "avif", "heic", "heif"})


@dataclass
class Collected:
    """What came of it.

    Attributes:
        new: Files that were added, by their names in the folder.
        known: How many pictures were there already, or were given twice.
        elsewhere: How many of those are in another class folder than the one that was wanted for them.
        passed_over: Those that could not be had or used.
    """

    new: list[str] = field(default_factory=list)
    known: int = 0
    elsewhere: int = 0
    passed_over: list[PassedOver] = field(default_factory=list)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        # A name that no file can have.
        return False


class Collection:
    """A folder of collected photos, with its table.

    Args:
        out: Made where it is missing.

    Raises:
        ToolchainError: Its table can't be read, or is another program's.
    """

    def __init__(self, out: Path) -> None:
        self._out = out
        self._files: dict[str, str] = {}  # by the digest of their content
        self._origins: dict[str, str] = {}  # files, by where they came from
        self.result = Collected()
        out.mkdir(parents=True, exist_ok=True)
        self._table = OriginsTable(out / TABLE)
        for row in self._table.rows:
            if _is_file(out / row["file"]):
                self._files[row["sha256"]] = row["file"]
                self._origins[row["origin"]] = row["file"]

    def knows(self, origin: str, label: str = "") -> bool:
        """Return whether what is at an origin was collected before, and count it then.

        Args:
            origin: An address or a path.
            label: The class folder that is wanted for it; "" for any.
        """
        file = self._origins.get(_as_written(origin))
        if file is None:
            return False
        self._count_known(file, label)
        return True

    def _count_known(self, file: str, label: str) -> None:
        self.result.known += 1
        folder = _folder_of(label)
        self.result.elsewhere += bool(folder) and file.rpartition("/")[0] != folder

    def add(self, content: bytes, name: str, label: str, found: Found) -> None:
        """Add a picture, unless it is there.

        Args:
            content: Of its file; untrusted.
            name: What it was called where it came from.
            label: Its class folder; "" for none.
            found: Where it came from; its address may be a path.
        """
        digest = hashlib.sha256(content).hexdigest()
        if digest in self._files:
            self._count_known(self._files[digest], label)
            # Noted, too, so that the next run does not fetch it again.
            self._note(self._files[digest], digest, found)
            return
        try:
            read_photo(content, at_least=1)
        except PhotoProblem as problem:
            self.result.passed_over.append(PassedOver(found.url, problem.code, problem.reason))
            return
        target = Path(_folder_of(label)) / f"{_stem(name)}-{digest[:12]}.{_ending(content, name)}"
        place = self._out / target
        place.parent.mkdir(parents=True, exist_ok=True)
        with whole(place) as path:
            path.write_bytes(content)
        self._files[digest] = target.as_posix()
        self._note(target.as_posix(), digest, found)
        self.result.new.append(target.as_posix())

    def _note(self, file: str, digest: str, found: Found) -> None:
        self._origins[_as_written(found.url)] = file
        now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")
        self._table.add(
            {
                "file": file,
                "sha256": digest,
                "origin": found.url,
                "source": found.source,
                "licence": found.licence,
                "author": found.author,
                "title": found.title,
                "collected_at": now,
            }
        )

    def refuse(self, origin: str, code: str, reason: str) -> None:
        """Note what could not be had."""
        self.result.passed_over.append(PassedOver(origin, code, reason))


def _as_written(text: str) -> str:
    # Names of files may have halves of characters, which the table has not.
    return text.encode("utf-8", "backslashreplace").decode()


def _folder_of(label: str) -> str:
    return folder_names([label])[label] if label.strip() else ""


def _stem(name: str) -> str:
    stem = name.replace("\\", "/").rpartition("/")[2].rpartition(".")[0]
    return re.sub(r"[^A-Za-z0-9_-]+", "_", stem).strip("_")[:40] or "photo"


def _ending(content: bytes, name: str) -> str:
    """Return the ending that says what the picture is; names are often wrong, or have none."""
    if kind := picture_kind(content):
        return kind
    ending = name.rpartition(".")[2].lower()
    if ending in _ENDINGS:
        return ending
    with Image.open(io.BytesIO(content)) as picture:
        return str(picture.format).lower()


# ---- sources


def collect_folder(collection: Collection, folder: Path, label: str = "") -> None:
    """Copy the photos of a folder; its class folders stay, unless a label is given."""
    listing = list_photos(folder)
    loose = [PhotoFile(folder / each.name, each.name) for each in listing.passed_over if each.code == "loose"]
    for photo in [*listing.photos, *loose]:
        origin = str(photo.path.resolve())
        if collection.knows(origin, label):
            continue
        try:
            content = read_file(photo.path)
        except PhotoProblem as problem:
            collection.refuse(photo.name, problem.code, problem.reason)
            continue
        collection.add(content, photo.name, label or photo.label or "", Found(origin))
    for each in listing.passed_over:
        if each.code != "loose":
            collection.refuse(*each)


def collect_zip(collection: Collection, path: Path, label: str = "") -> None:
    """Take the photos out of a zip file; its class folders stay, unless a label is given.

    Raises:
        ToolchainError: It is no zip that can be read in one way only.
    """
    with path.open("rb") as file:
        try:
            reader = ZipReader(file, is_foreign=True)
            plan = plan_tree(list(reader.entries), path.stem)
            is_flat = not any("/" in name for each in plan.classes for name in each.paths)
            named = [(each.label, name) for each in plan.classes for name in each.paths]
            for folder, name in [*named, *(("", name) for name in plan.loose)]:
                origin = f"{path.resolve()}!{name}"
                if collection.knows(origin, label):
                    continue
                try:
                    content = reader.read(name, _MOST_BYTES)
                except ContractError as error:
                    collection.refuse(f"{path}!{name}", "unreadable", str(error))
                    continue
                collection.add(content, name, label or ("" if is_flat else folder), Found(origin))
        except (ContractError, zipfile.BadZipFile) as error:
            raise ToolchainError(
                f"{path} is damaged, or no zip file to be trusted: {error}", "Pack it again."
            ) from error


def collect_list(collection: Collection, path: Path, fetch: Fetch, label: str = "") -> None:
    """Fetch the addresses of a list: a text file with one a line, or a CSV file with a column ``url``.

    Raises:
        ToolchainError: It can't be read.
    """
    collect_found(collection, read_list(path), fetch, label)


def read_list(path: Path) -> list[Found]:
    """Return what a list of addresses offers.

    Raises:
        ToolchainError: It can't be read, or has no column ``url``.
    """
    try:
        if path.suffix.lower() != ".csv":
            lines = (line.strip() for line in path.read_text("utf-8-sig").splitlines())
            return [Found(line) for line in lines if line and not line.startswith("#")]
        rows = read_table(path)
    except (OSError, ValueError) as error:
        raise ToolchainError(
            f"{path} can't be read as a list of addresses: {error}.", "Save it as UTF-8; of photos give the folder."
        ) from error
    if rows and "url" not in rows[0]:
        raise ToolchainError(
            f"{path} has the columns {', '.join(rows[0])}; url was expected.",
            "Name the column of the addresses url; label, licence, source, author and title are read, too.",
        )
    known = [{key: value for key, value in row.items() if key in _LIST_COLUMNS} for row in rows]
    for row in known:
        row["licence"] = row.get("licence") or row.pop("license", "")
    return [Found(**{key: value for key, value in row.items() if key in Found._fields}) for row in known if row["url"]]


def collect_query(
    collection: Collection, provider: Provider, query: str, count: int, fetch: Fetch, label: str = ""
) -> None:
    """Fetch so many pictures that a provider finds for a query.

    Raises:
        ToolchainError: The provider does not answer.
    """
    try:
        offered = list(islice(provider.find(query, fetch), count))
    except FetchError as error:
        raise ToolchainError(f"The provider can't be asked: {error}.", "Try again later, or give a list.") from error
    collect_found(collection, offered, fetch, label)


def collect_found(collection: Collection, offered: Iterable[Found], fetch: Fetch, label: str = "") -> None:
    """Fetch what is offered, one after another; what can't be had is noted."""
    for found in offered:
        if collection.knows(found.url, label):
            continue
        try:
            content = fetch(found.url, _MOST_BYTES)
        except FetchError as error:
            collection.refuse(found.url, "unreadable", str(error))
            continue
        name = found.url.partition("?")[0]
        collection.add(content, name, label or found.label, found)


def find_provider(name: str) -> Provider:
    """Return a provider: "openverse", one that an installed package announces, or ``module:name``.

    Raises:
        ToolchainError: There is none of that name.
    """
    for each in _announced():
        if each[0] == name:
            return each[1]
    module, colon, attribute = name.partition(":")
    if colon:
        try:
            made = getattr(importlib.import_module(module), attribute)
            return cast(Provider, made() if isinstance(made, type) else made)
        except (ImportError, AttributeError) as error:
            raise ToolchainError(f"The provider {name} can't be loaded: {error}.", "Give module:name.") from error
    raise ToolchainError(f"There is no provider {name}.", "Give openverse, or module:name of your own.")


def _announced() -> Iterator[tuple[str, Provider]]:
    from toolchain.collecting.openverse import Openverse

    yield "openverse", Openverse()
    for each in entry_points(group=ENTRY_POINTS):
        yield each.name, cast(Provider, each.load()())


def as_counts(collected: Collected) -> Mapping[str, int]:
    """Return how many pictures were added, known, and passed over."""
    return {"new": len(collected.new), "known": collected.known, "passedOver": len(collected.passed_over)}
