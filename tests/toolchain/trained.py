"""Trained models for tests: made in memory of a folder's photos, as the command ``train`` does."""

from pathlib import Path

from convert import manifest as manifests
from server.exchange.content import ContentClass, ContentExample, ProjectContent
from toolchain.embedding.embed import embed_folder
from toolchain.embedding.model import EmbeddingModel
from toolchain.models.facts import Network
from toolchain.models.trained import TrainedModel


def train_shipped(folder: Path, network: EmbeddingModel, **settings: object) -> TrainedModel:
    """A model of all photos of a folder; the nearest examples answer."""
    embedded = embed_folder(folder, network, processes=1)
    labels = list(dict.fromkeys(str(photo.label) for photo in embedded.photos))
    content = ProjectContent(
        "Shipped",
        network.as_model(),
        {"k": 3, "metric": "cosine", "weights": "uniform", "unknownDistance": "auto", **settings},
        [ContentClass(label) for label in labels],
        [ContentExample(str(row), str(photo.label)) for row, photo in enumerate(embedded.photos)],
        embedded.embeddings,
    )
    prior = manifests.first_limit(network.manifest)
    facts = Network(network.id, network.title, network.dimension, network.fingerprint, str(network.folder), prior)
    return TrainedModel(content, [photo.name for photo in embedded.photos], facts)
