"""The options that large folders and large models want. Several commands share them."""

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
index_option = click.option(
    "--index",
    type=click.Choice(["exact", "ivf"]),
    default="exact",
    help="How the nearest of more than 50,000 examples are found: exactly, or quickly, which misses some and says how "
    "many. Needs faiss-cpu; with fewer examples it changes nothing, and the metric adapted goes through all of them.",
)


def tell_without_effect(kind: str, count: int) -> None:
    """Say on the standard error that ``--index`` changes nothing among so many examples, where that is so."""
    from toolchain.scale.search import FAISS_FROM

    if kind != "exact" and count <= FAISS_FROM:
        click.echo(
            f"--index {kind} changes nothing: the model has {count:,} examples; up to {FAISS_FROM:,} "
            "all are searched, exactly.",
            err=True,
        )


def cluster_of(scheduler: str | None) -> "AbstractContextManager[Cluster | None]":
    """Return the cluster that ``--scheduler`` names, for ``with``; None where it was left out."""
    if scheduler is None:
        return nullcontext()
    from toolchain.scale.cluster import open_cluster

    return open_cluster(scheduler)
