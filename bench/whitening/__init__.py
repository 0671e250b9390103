"""Finds the whitening of a backbone: what the embeddings of most scenes have in common, and how they mostly differ.

``server/knn/whitening.py`` says what it is for. ``python -m bench.whitening --help`` says how it is measured.
"""
