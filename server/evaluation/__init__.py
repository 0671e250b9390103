"""How good a classifier is: every example is left out in turn and classified by the others.

Knows neither rooms nor threads. ``server/rooms`` uses ``evaluation.py``; nothing outside imports the other modules.
"""
