"""Rooms on disk: their facts and snapshots in SQLite, or in PostgreSQL. ``store.py`` is the door."""
