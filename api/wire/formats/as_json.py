"""JSON: a page as an envelope around its results, an item bare with its links."""

from collections.abc import Iterator, Mapping

from api.wire.formats.page import Format, Item, Page, dump, narrow


def write_page(page: Page) -> Iterator[str]:
    included = "" if page.included is None else f',"included":{_included(page.included)}'
    yield (
        f'{{"results":[{",".join(page.narrowed())}],"pagination":{dump(page.pagination)},'
        f'"links":{dump(page.links)},"meta":{dump(page.meta)}{included}}}'
    )


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
    partial_type="application/vnd.quipu.partial+json",
)
