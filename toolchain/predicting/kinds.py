"""The kinds of answers and of pictures: how tables, reports and the state of a run name them."""

from typing import Final

#: What may become of an answer.
ANSWERED: Final = "answered"
LOW: Final = "below the threshold"
UNKNOWN: Final = "unknown"
ELSE: Final = "anything else"
FATES: Final = (ANSWERED, LOW, UNKNOWN, ELSE)

#: The pictures that are kept of an answer that counts.
KINDS: Final = ("photo", "heat", "thing")
