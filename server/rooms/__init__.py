"""Rooms: what is taught in them, who is in them, and what is worked out of it. Independent of Flask and Socket.IO."""
