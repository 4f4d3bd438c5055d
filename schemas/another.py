"""What a record names of its own kind is another record."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError


def check_another(data: Mapping[str, Any], field: str, noun: str) -> None:
    """Raises ValidationError where a record names itself."""
    if data[field] == data["id"]:
        raise ValidationError(f"must be another {noun}", field)
