"""YAML without its surprises."""

import re
from decimal import Decimal, InvalidOperation
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import yaml

from api.intake.finding import Unreadable, encoding_hint
from schemas.cut import quoted

# Of a whole number that is read as one: no field takes so many.
MOST_DIGITS = 100


class ExactLoader(yaml.SafeLoader):
    """YAML as JSON reads: true and false are the only booleans, a date is text, a decimal is exact;
    a key may not stand twice, and there are no tags and no aliases (they can blow a small file up).
    """

    yaml_implicit_resolvers: dict[str, Any] = {}

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent):
            alias = quoted(f"*{event.anchor}")
            reason = f"aliases are not allowed: write out what {alias} stands for"
            raise _refusal(reason, event.start_mark)
        if event.tag is not None:
            raise _refusal(f"tags such as {quoted(event.tag)} are not allowed", event.start_mark)
        return super().compose_node(parent, index)

    def scan_flow_scalar(self, style: Any) -> Any:
        try:
            return super().scan_flow_scalar(style)
        except (ValueError, OverflowError) as error:  # each Python says it in its own words
            reason = "an escape stands for no character: the last one is \\U0010FFFF"
            raise _refusal(reason, self.get_mark()) from error

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _refusal("a key must be text", key.start_mark)
            if key.value in seen:
                raise _refusal(
                    f"the key {quoted(key.value)} stands twice in one map", key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep)

    def construct_scalar(self, node: Any) -> Any:
        text = super().construct_scalar(node)
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise _refusal("half of a surrogate pair is no text", node.start_mark)
        return text

    def construct_decimal(self, node: Any) -> Decimal:
        return Decimal(self.construct_scalar(node))

    def construct_whole(self, node: Any) -> int | Decimal:
        return whole(self.construct_scalar(node))


def whole(text: str) -> int | Decimal:
    """A whole number. Of very many digits Python makes no int; a decimal has them all, and it is
    for the field to say that they are too many."""
    return int(text) if len(text) <= MOST_DIGITS else Decimal(text)


def _refusal(reason: str, mark: Any) -> yaml.constructor.ConstructorError:
    return yaml.constructor.ConstructorError(None, None, reason, mark)


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


def read_yaml(file: Path | Traversable) -> Any:
    """The one document of a YAML file. Raises Unreadable."""
    content, text = file.read_bytes(), ""
    try:
        text = content.decode()
        return yaml.load(text, Loader=ExactLoader)  # noqa: S506
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Unreadable(f"is not UTF-8, line {line}{encoding_hint(content)}") from error
    except RecursionError as error:
        raise Unreadable("is nested too deeply") from error
    except InvalidOperation as error:
        raise Unreadable("holds a number that is too large to read") from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        said = f"{error.reason}: U+{error.character:04X}, line {line}{encoding_hint(content)}"
        raise Unreadable(said) from error
    except yaml.MarkedYAMLError as error:
        marked = ((error.context, error.context_mark), (error.problem, error.problem_mark))
        parts = [f"{what}{_where(mark)}" for what, mark in marked if what]
        raise Unreadable(": ".join(parts)) from error
    except (yaml.YAMLError, ValueError) as error:
        raise Unreadable(" ".join(str(error).split())) from error


def _where(mark: yaml.Mark | None) -> str:
    return f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
