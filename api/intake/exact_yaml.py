"""YAML without its surprises."""

import re
from decimal import Decimal
from typing import Any

import yaml


class ExactLoader(yaml.SafeLoader):
    """YAML as JSON reads: true and false are the only booleans, a date is text, a decimal is exact;
    a key may not stand twice, and there are no aliases (they can blow a small file up)."""

    yaml_implicit_resolvers: dict[str, Any] = {}

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.constructor.ConstructorError(
                None,
                None,
                "aliases are not allowed",
                self.peek_event().start_mark,  # type: ignore[no-untyped-call]
            )
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        for key, _ in node.value:
            if keys.count(key.value) > 1:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key.value!r} stands twice in one map", key.start_mark
                )
        return super().construct_mapping(node, deep)

    def construct_decimal(self, node: Any) -> Decimal:
        return Decimal(self.construct_scalar(node))

    def construct_whole(self, node: Any) -> int:
        return int(self.construct_scalar(node))


SCALARS = (
    ("bool", r"^(?:true|false)$", "tf"),
    ("null", r"^(?:null|~|)$", ("n", "~", "")),
    ("int", r"^-?(?:0|[1-9][0-9]*)$", "-0123456789"),
    ("float", r"^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$", "-0123456789"),
)
for _tag, _pattern, _first in SCALARS:
    ExactLoader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), list(_first)
    )
ExactLoader.add_constructor("tag:yaml.org,2002:float", ExactLoader.construct_decimal)
ExactLoader.add_constructor("tag:yaml.org,2002:int", ExactLoader.construct_whole)
