"""Objects of JSON, as Python has them."""

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]
# One that nobody changes any more, as what was stored.
Record = Mapping[str, Any]
