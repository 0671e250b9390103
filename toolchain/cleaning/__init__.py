"""From a folder as it is found to one to train on: clean it, find near-duplicates, split it."""
