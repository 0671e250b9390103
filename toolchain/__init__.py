"""Folders of photos: clean, train, evaluate, predict and explain, from the command line or from Python."""
