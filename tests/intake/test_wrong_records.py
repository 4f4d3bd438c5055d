"""Each kind of wrong record is refused by file, record and field; all of them at once."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from api.cli.database import now
from api.intake.check import check_bundle
from api.intake.exact_yaml import ExactLoader
from api.intake.finding import Finding, flatten
from api.intake.read import read_dataset
from api.store.beside import StoreKnown
from api.store.engine import Database, open_writer
from api.store.load import load_dataset
from schemas.nearest import most_alike

Edit = Callable[[list[dict[str, Any]]], None]


@pytest.fixture
def db(database: Path) -> Iterator[Database]:
    db = open_writer(str(database), 1000)
    yield db
    db.conn.close()


def edit(dataset: Path, file: str, change: Edit) -> None:
    """Change the records of a file."""
    path = dataset / f"{file}.yaml"
    records = yaml.load(path.read_text(encoding="utf-8"), Loader=ExactLoader)  # noqa: S506
    change(records)
    # JSON is YAML.
    path.write_text(json.dumps(records), encoding="utf-8")


def findings(db: Database, dataset: Path) -> list[Finding]:
    bundle = read_dataset(dataset)
    return check_bundle(bundle, StoreKnown(db.conn, bundle.dataset or "")).findings


def setting(number: int, **values: Any) -> Edit:
    """A change of some fields of one record; `a__b` is the field b of a."""

    def change(records: list[dict[str, Any]]) -> None:
        record = records[number]
        for path, value in values.items():
            *way, last = path.split("__")
            held = record
            for name in way:
                held = held[name]
            held[last] = value

    return change


def removing(number: int, field: str) -> Edit:
    return lambda records: records[number].pop(field)


PLANS, SERVICES, BUSINESS, FINANCING = range(4)
DER_REGIONS = 9

WRONG: list[tuple[str, str, Edit, str, str, str]] = [
    (
        "an unknown field",
        "figures",
        setting(PLANS, colour="red"),
        "regional-plans-launched",
        "colour",
        "is not a field of this record",
    ),
    (
        "a field that is nearly one",
        "figures",
        setting(PLANS, notse="red"),
        "regional-plans-launched",
        "notse",
        "is not a field of this record; did you mean 'notes'?",
    ),
    (
        "a field that is nearly one, in a map",
        "figures",
        setting(PLANS, attribution__organisation=None),
        "regional-plans-launched",
        "attribution.organisation",
        "is not a field of this record; did you mean 'organization'?",
    ),
    (
        "what YAML 1.1 makes of a field's name",
        "figures",
        setting(PLANS, attribution__true="2021-04-28"),
        "regional-plans-launched",
        "attribution.true",
        "is not a field of this record; did you mean 'on'? It must be quoted: YAML 1.1 takes it "
        "for true",
    ),
    (
        "a missing field",
        "figures",
        removing(PLANS, "metric"),
        "regional-plans-launched",
        "metric",
        "is missing",
    ),
    (
        "a missing language",
        "figures",
        setting(PLANS, label={"en": "x"}),
        "regional-plans-launched",
        "label.es",
        "is missing",
    ),
    (
        "a language that is null",
        "figures",
        setting(PLANS, label={"en": "x", "es": None}),
        "regional-plans-launched",
        "label.es",
        "must not be null",
    ),
    (
        "a null where something must be",
        "figures",
        setting(PLANS, metric=None),
        "regional-plans-launched",
        "metric",
        "must not be null",
    ),
    (
        "a value where a list must be",
        "figures",
        setting(PLANS, regions="PE-PIU"),
        "regional-plans-launched",
        "regions",
        "must be a list",
    ),
    (
        "a number of more digits than Python reads",
        "figures",
        setting(PLANS, value=10**4000),
        "regional-plans-launched",
        "value",
        "must be from 0 to 922337203685477",
    ),
    (
        "a bad reference",
        "figures",
        setting(PLANS, program="regional-plan"),
        "regional-plans-launched",
        "program",
        "names 'regional-plan', which is not among the programs",
    ),
    (
        "a bad reference in a map",
        "figures",
        setting(PLANS, attribution__organization="nobody"),
        "regional-plans-launched",
        "attribution.organization",
        "names 'nobody', which is not among the organizations",
    ),
    (
        "a region that is not in the list",
        "figures",
        setting(DER_REGIONS, regions=["PE-PIU", "PE-LMA"]),
        "der-regions",
        "regions",
        "names 'PE-LMA', which is not among the regions",
    ),
    (
        "an end before its start",
        "figures",
        setting(SERVICES, period={"start": "2022-01-01", "end": "2021-12-31"}),
        "regional-plans-services",
        "period.end",
        "is before the start, 2022-01-01",
    ),
    (
        "more than 15 significant digits",
        "figures",
        setting(PLANS, value=1234567890123.4567),
        "regional-plans-launched",
        "value",
        "must have at most 15 significant digits",
    ),
    (
        "a lower bound that does not follow",
        "figures",
        setting(SERVICES, lower=143096),
        "regional-plans-services",
        "lower",
        "does not follow from 'more_than': it must be 143095",
    ),
    (
        "a selector outside of the text",
        "figures",
        setting(PLANS, source__start=3506, source__end=3508),
        "regional-plans-launched",
        "source.end",
        "lies outside the source, which has 3507 code points",
    ),
    (
        "a selector of another length than its digits",
        "figures",
        setting(PLANS, source__end=1306),
        "regional-plans-launched",
        "source.end",
        "is not the start plus the 2 characters of `stated`",
    ),
    (
        "digits that are not the value",
        "figures",
        setting(PLANS, value=26),
        "regional-plans-launched",
        "value",
        "is not what '25' says, 25",
    ),
    (
        "digits that are none",
        "figures",
        setting(PLANS, source__stated="vv"),
        "regional-plans-launched",
        "source.stated",
        "'vv' does not hold exactly one number as en prints them",
    ),
    (
        "an id that stands twice",
        "figures",
        setting(SERVICES, id="regional-plans-launched"),
        "regional-plans-launched",
        "id",
        "stands twice among the figures (first in figures.yaml)",
    ),
    (
        "an id of another data set",
        "organizations",
        lambda records: records.append({**records[0], "id": "someone-elses"}),
        "someone-elses",
        "id",
        "belongs to the data set 'another'",
    ),
    (
        "a code that is not in its list",
        "figures",
        setting(PLANS, metric="plants"),
        "regional-plans-launched",
        "metric",
        "'plants' is not in the codelist of metrics; did you mean 'plans'?",
    ),
    (
        "a code that is nearly one of its closed list",
        "figures",
        setting(PLANS, status="achived"),
        "regional-plans-launched",
        "status",
        "must be one of: achieved, in_progress, planned, target, unclear; did you mean 'achieved'?",
    ),
    (
        "a code that is not in its closed list",
        "figures",
        setting(PLANS, status="done"),
        "regional-plans-launched",
        "status",
        "must be one of: achieved, in_progress, planned, target, unclear",
    ),
    (
        "a code in a list of maps",
        "programs",
        setting(0, identifiers=[{"scheme": "pe_lex", "value": "29337"}]),
        "procompite",
        "identifiers.scheme",
        "'pe_lex' is not in the codelist of identifier-schemes (pe_law)",
    ),
    (
        "a code that is like none of a few",
        "organizations",
        setting(0, kind="association"),
        "produce",
        "kind",
        "'association' is not in the codelist of organization-kinds (council, development_bank, "
        "event, government_level, industry_body, ministry, public_programme)",
    ),
    (
        "a code in capital letters",
        "figures",
        setting(PLANS, unit="SERVICES"),
        "regional-plans-launched",
        "unit",
        "'SERVICES' is not in the codelist of units; did you mean 'services'?",
    ),
    (
        "a code that is like none",
        "figures",
        setting(PLANS, unit="qqqq"),
        "regional-plans-launched",
        "unit",
        "'qqqq' is not in the codelist of units",
    ),
    (
        "a reference to a data set that is not depended on",
        "organizations",
        setting(0, parent="someone-elses"),
        "produce",
        "parent",
        "names 'someone-elses' of the data set 'another', which `depends_on` does not name",
    ),
    (
        "text of two lines",
        "sources",
        setting(0, title="One line\nand another"),
        "perumin-2021-04-28",
        "title",
        "must be text on one line, without control characters, and not empty",
    ),
    (
        "an address with what no address can hold",
        "sources",
        setting(0, url='https://e.org/a"b<c>'),
        "perumin-2021-04-28",
        "url",
        """holds '"', which an address cannot: write it as %22""",
    ),
]
EACH = pytest.mark.parametrize(
    ("file", "change", "record", "field", "reason"),
    [case[1:] for case in WRONG],
    ids=[case[0] for case in WRONG],
)


@pytest.fixture
def another(db: Database, tmp_path: Path) -> None:
    """Another data set, with an organization."""
    both = "{en: a, es: b}"
    file = tmp_path / "another.yaml"
    file.write_text(
        f"dataset: {{id: another, title: {both}, description: {both}, licence: none}}\n"
        f"organizations: [{{id: someone-elses, name: {both}, kind: ministry, roles: [lead]}}]\n"
    )
    assert load_dataset(db, read_dataset(file), now).findings == []


@EACH
@pytest.mark.usefixtures("another")
def test_a_wrong_record_is_refused_by_file_record_field_and_reason(
    db: Database, dataset: Path, file: str, change: Edit, record: str, field: str, reason: str
) -> None:
    assert findings(db, dataset) == []
    edit(dataset, file, change)
    assert findings(db, dataset) == [Finding(f"{file}.yaml", record, field, reason)]


@pytest.mark.usefixtures("another")
def test_all_errors_of_all_files_are_reported_at_once(db: Database, dataset: Path) -> None:
    edit(dataset, "figures", setting(PLANS, colour="red", value=True, label={"en": "x"}))
    edit(dataset, "figures", setting(SERVICES, lower=1, upper=2, regions=[]))
    edit(dataset, "figures", setting(BUSINESS, program="nothing", metric="plants"))
    edit(dataset, "figures", setting(FINANCING, source__start=5000, source__end=5017))
    edit(dataset, "programs", setting(0, kind="found", lead_organization="nobody"))
    edit(dataset, "organizations", lambda r: r.append({**r[0], "id": "someone-elses"}))
    (dataset / "regions.ndjson").write_text('{"id": "PE-XXX"\n{"id": 7}\n')
    (dataset / "notes.txt").write_text("x")
    assert {(f.file, f.record, f.field) for f in findings(db, dataset)} == {
        ("figures.yaml", "regional-plans-launched", "colour"),
        ("figures.yaml", "regional-plans-launched", "value"),
        ("figures.yaml", "regional-plans-launched", "label.es"),
        ("figures.yaml", "regional-plans-services", "lower"),
        ("figures.yaml", "regional-plans-services", "upper"),
        ("figures.yaml", "regional-plans-services", "regions"),
        ("figures.yaml", "procompite-business-plans", "program"),
        ("figures.yaml", "procompite-business-plans", "metric"),
        ("figures.yaml", "procompite-financing", "source.end"),
        ("programs.yaml", "procompite", "kind"),
        ("programs.yaml", "procompite", "lead_organization"),
        ("organizations.yaml", "someone-elses", "id"),
        ("regions.ndjson", "line 1", ""),
        *(("regions.ndjson", "line 2", name) for name in ("id", "name", "kind", "capital")),
        ("notes.txt", "", ""),
    }


def test_a_key_that_yaml_reads_as_true_is_told_as_such(db: Database, dataset: Path) -> None:
    path = dataset / "figures.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(" on: ", " true: ", 1))
    reasons = {finding.field: finding.reason for finding in findings(db, dataset)}
    assert reasons.keys() == {"attribution.on", "attribution.True"}
    assert "did you mean 'on'? It must be quoted" in reasons["attribution.True"]


def test_what_was_meant_is_looked_for_once_for_each_code_and_for_the_first_ones(
    db: Database, dataset: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def most_alike_and_note(word: str, *among: Any) -> tuple[str | None, str]:
        asked.append(word)
        return most_alike(word, *among)

    monkeypatch.setattr("schemas.nearest.most_alike", most_alike_and_note)
    codes = [f"services{number // 2}" for number in range(50)]

    def change(records: list[dict[str, Any]]) -> None:
        number = next(
            n for n, record in enumerate(records) if record["id"] == "procompite-financing"
        )
        records += [{**records[number], "id": f"f{n}", "metric": m} for n, m in enumerate(codes)]

    edit(dataset, "figures", change)
    told = {f.record: f.reason for f in findings(db, dataset) if f.field == "metric"}
    assert len(told) == len(codes)
    assert sorted(asked) == sorted(set(codes[:40]))
    assert [told[f"f{n}"].endswith("did you mean 'services'?") for n in range(50)] == [
        n < 40 for n in range(50)
    ]


def test_what_is_quoted_is_cut(db: Database, dataset: Path) -> None:
    long = "x" * 1_000_000
    edit(dataset, "figures", lambda records: records.append({"id": long, "k" * 900: 1}))
    found = findings(db, dataset)
    assert {finding.record for finding in found} == {"x" * 100 + "... (1,000,000 characters)"}
    assert sum(len(str(finding)) for finding in found) < 10_000


def test_a_wrong_record_still_counts_as_named(db: Database, dataset: Path) -> None:
    """One mistake in a program makes no mistakes in the figures that name it."""
    edit(dataset, "programs", setting(0, colour="red"))
    assert [(f.record, f.field) for f in findings(db, dataset)] == [("procompite", "colour")]


def test_of_a_record_that_is_wrong_in_itself_the_codes_and_references_are_looked_at_too(
    db: Database, dataset: Path
) -> None:
    wrong = setting(
        PLANS, qualifier="exakt", status="done", unit="BOBS", program="nobodys", regions=["pe", "X"]
    )
    edit(dataset, "figures", wrong)
    edit(dataset, "programs", setting(0, kind="found", identifiers=[{"scheme": "pe_lex"}]))
    assert {(f.record, f.field) for f in findings(db, dataset)} == {
        *(("regional-plans-launched", name) for name in ("qualifier", "status", "unit", "program")),
        *(("regional-plans-launched", f"regions.{number}") for number in (0, 1)),
        ("procompite", "kind"),
        ("procompite", "identifiers.0.value"),
        ("procompite", "identifiers.scheme"),
    }


def test_of_a_field_that_is_wrong_in_itself_nothing_else_is_said(
    db: Database, dataset: Path
) -> None:
    edit(dataset, "figures", setting(FINANCING, unit="soles"))
    assert [f.field for f in findings(db, dataset)] == ["unit"]


def test_a_data_set_may_not_depend_on_what_is_not_there(db: Database, dataset: Path) -> None:
    path = dataset / "dataset.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("core,", "core, nowhere,"))
    assert [str(f) for f in findings(db, dataset)] == [
        "dataset.yaml: perumin-2021: depends_on: names 'nowhere', which is not among the datasets"
    ]


def test_a_data_set_whose_records_are_named_must_be_depended_on(
    db: Database, dataset: Path
) -> None:
    path = dataset / "dataset.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(", peru-regions]", "]"))
    assert Finding(
        "figures.yaml",
        "procompite-financing",
        "regions",
        "names 'PE' of the data set 'peru-regions', which `depends_on` does not name",
    ) in findings(db, dataset)


def test_a_data_set_does_not_depend_on_itself(db: Database, dataset: Path) -> None:
    path = dataset / "dataset.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("core,", "core, perumin-2021,"))
    assert [str(f) for f in findings(db, dataset)] == [
        "dataset.yaml: perumin-2021: depends_on: names the data set itself"
    ]


def test_what_this_load_leaves_out_may_not_be_named(db: Database, dataset: Path) -> None:
    edit(dataset, "organizations", lambda records: records.pop(0))
    reasons = {f.reason for f in findings(db, dataset)}
    assert reasons == {"names 'produce', which is not among the organizations"}


@pytest.mark.parametrize("record", ["x", 1, None, [], True])
def test_a_record_that_is_no_map_is_refused(db: Database, dataset: Path, record: Any) -> None:
    edit(dataset, "figures", lambda records: records.append(record))
    assert findings(db, dataset) == [
        Finding("figures.yaml", "record 12", "", "must be a map of fields")
    ]


def test_a_code_may_come_with_the_data_set_that_uses_it(db: Database, dataset: Path) -> None:
    edit(dataset, "figures", setting(PLANS, metric="plants"))
    both = "{en: a, es: b}"
    (dataset / "codelists.yaml").write_text(
        f"- {{id: more-metrics, concept: metrics, name: {both}, "
        f"codes: [{{code: plants, name: {both}}}]}}\n"
    )
    assert findings(db, dataset) == []


@pytest.mark.parametrize("id_", ["", " ", "A", "\u0000", "'; DROP TABLE figures; --", "x" * 10_000])
def test_no_id_makes_checking_fail(db: Database, dataset: Path, id_: str) -> None:
    edit(dataset, "figures", setting(DER_REGIONS, id=id_))
    assert [f.field for f in findings(db, dataset)] == ["id"]


def test_a_reason_does_not_quote_without_end() -> None:
    (found,) = flatten({"title": [f"has an unknown language {'k' * 10**6!r}"]})
    assert found[0] == "title"
    assert len(found[1]) < 1_100
    assert found[1].endswith("(1,000,026 characters)")
