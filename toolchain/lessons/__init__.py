"""Data and pictures for lessons: pixels against a network, what a network was trained to say, and boundaries."""
