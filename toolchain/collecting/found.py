"""What a source offers, and the interface that a provider of pictures has."""

from collections.abc import Iterable
from typing import NamedTuple, Protocol


class Found(NamedTuple):
    """A picture that a source offers.

    Attributes:
        url: Of the picture itself.
        licence: Its name, such as "CC BY 4.0"; "" where the source does not say.
        source: The page that shows it, to be named.
        author: Who made it.
        title: What it is called.
        label: The class folder that it belongs to; "" for none.
    """

    url: str
    licence: str = ""
    source: str = ""
    author: str = ""
    title: str = ""
    label: str = ""


class Fetch(Protocol):
    """Fetches an address politely; see ``toolchain.collecting.fetch``."""

    def __call__(self, url: str, max_bytes: int) -> bytes:
        """Return what is there. Raises ``FetchError``."""
        ...


class Provider(Protocol):
    """A site that may be asked for pictures: by an API that it offers for that, never by reading its pages."""

    def find(self, query: str, fetch: Fetch) -> Iterable[Found]:
        """Yield pictures for a query, the best first, with licence and source.

        Args:
            query: Words.
            fetch: Asks the provider politely.
        """
        ...
