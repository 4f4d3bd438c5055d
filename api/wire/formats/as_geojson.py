"""GeoJSON: records that have a location, as features."""

from collections.abc import Iterator

from api.wire.body import Body
from api.wire.formats.page import Format, Item, Page
from schemas.compact import dump, parse
from schemas.resource import Resource

LOCATION = "location"


def feature(body: Body, fields: tuple[str, ...]) -> str:
    """A record as a feature; `fields` narrows its properties, never its place."""
    record = parse(body)
    return dump(
        {
            "type": "Feature",
            "id": record["id"],
            "geometry": record[LOCATION],
            "properties": {
                name: value
                for name, value in record.items()
                if name != LOCATION and (not fields or name in fields)
            },
        }
    )


def write_page(page: Page) -> Iterator[str]:
    separator = '{"type":"FeatureCollection","features":['
    for body in page.bodies:
        yield separator + feature(body, page.fields)
        separator = ","
    yield "]}" if separator == "," else f"{separator}]}}"


def write_item(item: Item) -> str:
    return feature(item.body, item.fields)


def fits(resource: Resource) -> bool:
    return LOCATION in resource.members


GEOJSON = Format(
    "geojson",
    "application/geo+json",
    "GeoJSON",
    whole=True,
    body="FeatureCollection",
    item_body="Feature",
    write_page=write_page,
    write_item=write_item,
    fits=fits,
)
