"""Rooms that several workers have copies of."""
