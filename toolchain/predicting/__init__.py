"""Predicts folders of photos: what each shows, why, and where."""
