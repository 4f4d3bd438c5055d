"""JSON: a page as an envelope around its results, an item bare with its links."""

from collections.abc import Mapping, Sequence

from api.wire.body import Body, in_bytes
from api.wire.formats.page import Format, History, Item, Page, Sums, narrow
from schemas.aggregate import Cell, cell_as_record
from schemas.change import Change, change_as_record
from schemas.compact import dump
from schemas.objects import Json

OPENING = b'{"results":['


def write_page(page: Page) -> list[Body]:
    included = "" if page.included is None else f',"included":{_included(page.included)}'
    return _enveloped(list(page.narrowed()), page, included)


def write_history(history: History) -> list[Body]:
    return _enveloped([change_as_json(*entry) for entry in history.entries], history)


def write_sums(sums: Sums) -> list[Body]:
    excluded = f',"excluded":{dump(sums.excluded)}'
    return _enveloped([cell_as_json(*entry) for entry in sums.entries], sums, excluded)


def _enveloped(
    results: Sequence[Body], around: Page | History | Sums, more: str = ""
) -> list[Body]:
    """The results are joined as they are, and once: what is said about them is written at once,
    and goes with the last of them as the opening goes with the first."""
    said = {"pagination": around.pagination, "links": around.links, "meta": around.meta}
    parts = [*in_bytes(results)] or [b""]
    parts[0] = OPENING + parts[0]
    parts[-1] += f"],{dump(said)[1:-1]}{more}}}".encode()
    return [b",".join(parts)]


def change_as_json(change: Change, links: Mapping[str, str | None]) -> str:
    """A change; its record, and the last one of what was deleted, are the stored bodies."""
    said = dump(change_as_record(change))[:-1]
    record, last = change.after or "null", "null" if change.after else change.before
    return f'{said},"record":{record},"last_record":{last},"links":{dump(links)}}}'


def cell_as_json(cell: Cell, links: Mapping[str, str]) -> str:
    return dump({**cell_as_record(cell), "links": links})


def write_item(item: Item) -> str:
    included = "" if item.included is None else f',"included":{_included(item.included)}'
    return f'{narrow(item.body, item.fields)[:-1]},"links":{dump(item.links)}{included}}}'


def write_dictionary(dictionary: Json, _: str) -> str:
    """The whole of it: every text is there in every language."""
    return dump(dictionary)


def _included(groups: Mapping[str, Mapping[str, str]]) -> str:
    """{resource: {id: record}} from bodies that are JSON already."""
    members = (
        f"{dump(name)}:{{{','.join(f'{dump(id_)}:{body}' for id_, body in bodies.items())}}}"
        for name, bodies in groups.items()
    )
    return f"{{{','.join(members)}}}"


JSON = Format(
    "json",
    "application/json",
    "JSON",
    whole=False,
    write_page=write_page,
    write_item=write_item,
    write_history=write_history,
    write_dictionary=write_dictionary,
    write_sums=write_sums,
    enveloped=True,
    partial_type="application/vnd.quipu.partial+json",
)
