"""Rooms: what is taught in them, who is there, and what is worked out of it."""
