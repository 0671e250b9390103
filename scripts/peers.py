"""Fetches the tools whose files we write and read, for tests that open such files with the tools' own code.

Each is one whole file of its npm package, whose sum is pinned here. What the package depends on is not installed.
"""

import base64
import hashlib
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import NamedTuple


class Peer(NamedTuple):
    """A package, the sum of its archive as npm's lock files write it, and the file in it that is used."""

    package: str
    integrity: str
    member: str


PEERS = {
    "ml5.min.js": Peer(
        "ml5@0.12.2",
        "sha512-ILp13zoi2mREYJhqSgOW0Aw3wYnnzYlpbDtPjF4N9pCx1WgNeceBQTHeXjwgOUQqld6zD9czLB2gLJMAfGRbow==",
        "package/dist/ml5.min.js",
    ),
    "marcelle.js": Peer(
        "@marcellejs/core@0.6.5",
        "sha512-8RdgOMGZe3rAFUrVa7pUsbgSiJ0lNu0Q/Odgympj/GroI0Oeekqo6gRxKKGC1pPR9PJ4XInzsC1rF8iDaMv9+A==",
        "package/dist/marcelle.bundle.esm.js",
    ),
    "p5.min.js": Peer(
        "p5@1.11.10",
        "sha512-lFe18Af+SUxyZyPkgza0DYhIV+Ymr1oD4w6Y0Bjhbi5TCaIktRys8xu847eH7epL/GZ1jATFekqW71/v4PvNGA==",
        "package/lib/p5.min.js",
    ),
}


def fetch(peer: Peer) -> bytes:
    """Return the file of a package. Raises SystemExit for an archive that is not the pinned one."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", peer.package, "--silent", "--pack-destination", folder]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        (archive,) = Path(folder).glob("*.tgz")
        found = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if found != peer.integrity:
            raise SystemExit(f"{peer.package} came with the sum {found}, but {peer.integrity} was expected.")
        with tarfile.open(archive) as files:
            files.extract(peer.member, folder, filter="data")
        return (Path(folder) / peer.member).read_bytes()


def main(folder: Path) -> None:
    """Write the files of all peers into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, peer in PEERS.items():
        (folder / name).write_bytes(fetch(peer))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
