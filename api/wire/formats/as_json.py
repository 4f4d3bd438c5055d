"""JSON: a page as an envelope around its results, an item bare with its links."""

from collections.abc import Iterable, Iterator, Mapping

from api.wire.formats.page import Format, History, Item, Page, Sums, dump, narrow
from schemas.aggregate import Cell, cell_as_record
from schemas.change import CHANGE, Change


def write_page(page: Page) -> Iterator[str]:
    included = "" if page.included is None else f',"included":{_included(page.included)}'
    yield _enveloped(page.narrowed(), page, included)


def write_history(history: History) -> Iterator[str]:
    yield _enveloped((change_as_json(*entry) for entry in history.entries), history)


def write_sums(sums: Sums) -> Iterator[str]:
    excluded = f',"excluded":{dump(sums.excluded)}'
    yield _enveloped((cell_as_json(*entry) for entry in sums.entries), sums, excluded)


def _enveloped(results: Iterable[str], around: Page | History | Sums, more: str = "") -> str:
    return (
        f'{{"results":[{",".join(results)}],"pagination":{dump(around.pagination)},'
        f'"links":{dump(around.links)},"meta":{dump(around.meta)}{more}}}'
    )


def change_as_json(change: Change, links: Mapping[str, str | None]) -> str:
    """A change; its record is the stored body, as it is."""
    said = dump(CHANGE.dump(change))
    return f'{said[:-1]},"record":{change.after or "null"},"links":{dump(links)}}}'


def cell_as_json(cell: Cell, links: Mapping[str, str]) -> str:
    return dump({**cell_as_record(cell), "links": links})


def write_item(item: Item) -> str:
    included = "" if item.included is None else f',"included":{_included(item.included)}'
    return f'{narrow(item.body, item.fields)[:-1]},"links":{dump(item.links)}{included}}}'


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
    "Pages in an envelope, items with links.",
    whole=False,
    write_page=write_page,
    write_item=write_item,
    write_history=write_history,
    write_sums=write_sums,
    enveloped=True,
    partial_type="application/vnd.quipu.partial+json",
)
