"""The classifier and what it is made of. Other rooms take ``KNN`` from here."""

from server.knn.knn import KNN

__all__ = ["KNN"]
