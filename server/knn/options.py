"""What a classifier can be asked for, and what of it is refused. Its twin is ``web/src/knn/options.js``."""

import numpy as np

from server.contract.constants import METRICS, WEIGHTS
from server.contract.errors import ContractError


def check_k(k: object) -> int:
    """Return k, if it is a whole number of at least 1.

    Raises:
        ContractError: badK.
    """
    whole = isinstance(k, (int, np.integer)) or (isinstance(k, float) and k.is_integer())
    if not whole or isinstance(k, bool) or int(k) < 1:  # type: ignore[call-overload]
        raise ContractError("badK", came=k)
    return int(k)  # type: ignore[call-overload, no-any-return]


def check_settings(k: object, metric: object, weights: object, unknown_distance: object) -> None:
    """Check what a query can ask for.

    Raises:
        ContractError: badK, unknownMetric, unknownWeights or badUnknownDistance.
    """
    check_k(k)
    if metric not in METRICS:
        raise ContractError("unknownMetric", came=metric, expected=", ".join(METRICS))
    if weights not in WEIGHTS:
        raise ContractError("unknownWeights", came=weights, expected=", ".join(WEIGHTS))
    if unknown_distance is None:
        return
    number = isinstance(unknown_distance, (int, float)) and not isinstance(unknown_distance, bool)
    if not number or not 0 <= unknown_distance <= 2:  # type: ignore[operator]
        raise ContractError("badUnknownDistance", came=unknown_distance)
