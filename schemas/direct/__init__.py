"""Records loaded and dumped directly: field by field, without what marshmallow does around it.

Both are read off the schema once, and use its own fields, validators and hooks. A record that is
right is accepted and dumped with the same result as by the schema, in a fraction of the time. What
is not accepted is for the schema to judge: only it says what is wrong, and all of it. A test
holds one against the other.
"""

from schemas.direct.dumping import dumper
from schemas.direct.loading import loader, text_loader

__all__ = ["dumper", "loader", "text_loader"]
