"""The contract's limits: of lengths, numbers and sizes.

They live in ``contract/limits.json``, which the page reads too. Anything may import this module.
"""

import json
from typing import Final

from server.contract.errors import CONTRACT

LIMITS: Final[dict[str, int]] = json.loads((CONTRACT / "limits.json").read_text("utf-8"))
