"""Finds the centre of a backbone: what the embeddings of most scenes share.

``server/knn/centre.py`` says what it is for. ``python -m bench.centre --help`` says how it is found, and
how what it is worth is measured.
"""
