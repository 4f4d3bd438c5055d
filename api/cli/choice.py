"""One of a few words on the command line: of another one it is asked which was meant."""

import click

from schemas.nearest import nearest


class OneOf(click.Choice[str]):
    """A choice that asks, as the API does, what was meant by what is none."""

    def get_invalid_choice_message(self, value: str, ctx: click.Context | None) -> str:
        said = super().get_invalid_choice_message(value, ctx)
        return f"{said.removesuffix('.')}{nearest(value, self.choices)[1] or '.'}"
