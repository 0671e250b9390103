"""Openverse (https://openverse.org): pictures under free licences, by the API that it offers for it."""

import json
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlencode

from toolchain.collecting.fetch import FetchError
from toolchain.collecting.found import Fetch, Found

API: Final = "https://api.openverse.org/v1/images/"
#: Licences that allow a picture to be changed and shared: "no derivatives" and "non-commercial" are not among them.
LICENCES: Final = ("cc0", "pdm", "by", "by-sa")
_NAMES: Final = {"cc0": "CC0", "pdm": "public domain", "by": "CC BY", "by-sa": "CC BY-SA"}
_PAGE_SIZE: Final = 20
_MAX_BYTES: Final = 4 * 2**20


class Openverse:
    """The provider.

    Args:
        api: Its address.
    """

    def __init__(self, api: str = API) -> None:
        self._api = api

    def find(self, query: str, fetch: Fetch) -> Iterator[Found]:
        """Yield pictures for a query; see ``Provider``.

        Raises:
            FetchError: It does not answer, or answers something else.
        """
        page = 1
        while True:
            words = {"q": query, "license": ",".join(LICENCES), "page": page, "page_size": _PAGE_SIZE}
            address = f"{self._api}?{urlencode(words)}"
            try:
                answer = json.loads(fetch(address, _MAX_BYTES))
                results, pages = list(answer["results"]), int(answer["page_count"])
            except (ValueError, KeyError, TypeError) as error:
                raise FetchError(f"Openverse answered something unexpected: {error}") from error
            for each in results:
                # What the request asked for is checked: a picture of another licence is never taken.
                if isinstance(each, dict) and each.get("license") in LICENCES and isinstance(each.get("url"), str):
                    yield _found(each)
            page += 1
            if page > pages or not results:
                return


def _found(answer: dict[str, object]) -> Found:
    licence = " ".join(filter(None, (_NAMES[str(answer["license"])], str(answer.get("license_version") or ""))))
    source = str(answer.get("foreign_landing_url") or "")
    return Found(str(answer["url"]), licence, source, str(answer.get("creator") or ""), str(answer.get("title") or ""))
