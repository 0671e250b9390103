"""Opens what can be evaluated: a folder that ``train`` wrote, or a project's file that the page saved."""

from pathlib import Path

from convert import manifest as manifests
from server.contract.errors import ContractError
from server.exchange.showandtell import read_showandtell
from toolchain.embedding.model import EmbeddingModel
from toolchain.errors import ToolchainError
from toolchain.models.facts import Network
from toolchain.models.trained import TrainedModel


def open_trained(path: Path, model: Path) -> tuple[TrainedModel, EmbeddingModel]:
    """Open a trained model and the network that it was trained on.

    Args:
        path: A trained model's folder, or a ``.showandtell`` file, whose examples answer as in the page.
        model: The network's folder, where the trained model does not know another one.

    Raises:
        ToolchainError: One of the two can't be read, or they don't belong together.
    """
    if path.is_dir():
        trained = TrainedModel.open(path)
        network = EmbeddingModel.open(trained.network_folder(model))
        trained.check_network(network.id, network.fingerprint)
        return trained, network
    try:
        content = read_showandtell(path)
    except (ContractError, OSError) as error:
        raise ToolchainError(f"{path} is no project's file: {error}", "Save it again in the page.") from error
    if content.embeddings is None or content.model is None:
        raise ToolchainError(
            f"{path} has pictures and no embeddings.", "Open it in the page, and save it to a file there."
        )
    network = EmbeddingModel.open(model)
    trained = TrainedModel(
        content,
        [example.id for example in content.examples],
        Network(
            content.model.id,
            network.title,
            content.model.dimension,
            network.fingerprint,
            str(model),
            manifests.first_limit(network.manifest),
        ),
    )
    trained.check_network(network.id)
    return trained, network
