"""The classifier and what it is made of. Other rooms take ``KNN`` from here.

It is loaded when it is first used: scikit-learn, with SciPy, takes longer to load than all else of the server together,
which serves the page meanwhile. ``server/app.py`` uses it as soon as it serves.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from server.knn.knn import KNN

__all__ = ["KNN"]


def __getattr__(name: str) -> Any:
    if name != "KNN":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from server.knn.knn import KNN

    return KNN
