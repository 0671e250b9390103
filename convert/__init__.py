"""Turns photo weights into the TF.js model that the page runs, and proves that it still sees the same.

Needs TensorFlow and tensorflowjs (requirements/convert.txt), on Linux or macOS. `server/` may not import any of it.
"""

__version__ = "0.1.0"
