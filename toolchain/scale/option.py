"""The option ``--scheduler``, and where it leads. Commands whose work can be done on a cluster share it."""

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from toolchain.scale.cluster import Cluster

scheduler_option = click.option(
    "--scheduler",
    metavar="ADDRESS",
    default=None,
    help="Do it on a Dask cluster that runs already: the address of its scheduler, such as tcp://10.0.0.5:8786. Its "
    "workers must find the photos and the network at the same paths as this machine: in a shared folder. --processes "
    "does not count then. See docs/scale.md.",
)


def cluster_of(scheduler: str | None) -> "AbstractContextManager[Cluster | None]":
    """Return the cluster that ``--scheduler`` names, for ``with``; None where it was left out."""
    if scheduler is None:
        return nullcontext()
    from toolchain.scale.cluster import open_cluster

    return open_cluster(scheduler)
