"""Collects photos from folders, zip files, lists of addresses and providers, with where each came from."""
