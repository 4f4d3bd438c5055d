"""A resource, declared once: everything else is read off this."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from marshmallow import ValidationError

from schemas.about import Bilingual
from schemas.deprecation import Deprecation
from schemas.direct import dumper, loader
from schemas.fields import Flag, Reference
from schemas.filter import PROVENANCE_FILTERS, PROVENANCE_SORTS, Contest, Filter, Sort
from schemas.paths import Place, places
from schemas.record import PROVENANCE, RecordSchema


class Searched(NamedTuple):
    """How a resource takes part in the search.

    `title` and `summary` are members in each language; whoever asks for exactly what stands at a
    path of `called`, or for the id, finds the record first.
    """

    title: str
    called: tuple[str, ...]
    summary: str | None = None


# One declaration is one resource: it is looked up by what it is, not by what it says.
@dataclass(frozen=True, eq=False)
class Resource:
    """A kind of record.

    `name` is its path, its table and its key in a data set; `example` the id of a seeded record;
    `text` the paths that full-text search reads; `help` one sentence in each language; `noun` what
    one record is called in each (`feminine` in Spanish, or not); `label` the member that names a
    record to people, and `summary` those that tell in a few lines what it says; `stability` is how
    much a client may rely on it (docs/stability.md). `aspects` are what can be asked of one record
    beside the record itself, each at `/{name}/{id}/{aspect}`. `indexes` are those over several
    columns, in the order of their columns (`-` turns one round). `orders` are the pairs of a filter
    and a sort whose values go together, so that the first of a sort are not those of a filter:
    each pair has an index. `carried` are the columns of sorts whose index carries the bodies as
    well, so that a page is read in one place and not row by row: each costs as much room as the
    records do.
    `derived` are places of what is asked for or summed by, and is no member of a record but follows
    from it; `compared` those by which records are compared with each other; `groups` the filters by
    which sums of the records can be grouped, where they can be summed.
    """

    name: str
    singular: str
    noun: Bilingual
    feminine: bool
    help: Bilingual
    schema: type[RecordSchema]
    own_filters: tuple[Filter, ...]
    own_sorts: tuple[Sort, ...]
    text: tuple[str, ...]
    label: str
    summary: tuple[str, ...]
    example: str
    dataset: str = "perumin-2021"
    stability: str = "stable"
    deprecated: Deprecation | None = None
    aspects: tuple[str, ...] = ()
    compared: tuple[Place, ...] = ()
    indexes: tuple[tuple[str, ...], ...] = ()
    orders: tuple[tuple[str, str], ...] = ()
    carried: tuple[str, ...] = ()
    contest: Contest | None = None
    search: Searched | None = None
    derived: tuple[Place, ...] = ()
    groups: tuple[str, ...] = ()

    @cached_property
    def instance(self) -> RecordSchema:
        """A schema to load and dump with; it keeps no state between calls."""
        return self.schema()

    @cached_property
    def load(self) -> Callable[[Any], dict[str, Any]]:
        """Load a record of data. Raises ValidationError, which says all that is wrong."""
        directly, schema = loader(self.instance), self.instance

        def load(record: Any) -> dict[str, Any]:
            try:
                return directly(record)
            except ValidationError:
                loaded: dict[str, Any] = schema.load(record)
                return loaded

        return load

    @cached_property
    def dump(self) -> Callable[[Any], dict[str, Any]]:
        """Dump a loaded record as it is served: plain JSON."""
        return dumper(self.instance)

    @cached_property
    def places(self) -> dict[str, Place]:
        """Every leaf of the schema by its path."""
        return {place.path: place for place in places(self.instance)}

    @cached_property
    def contest_place(self) -> Place | None:
        """What the filter of the contest reads: no leaf of a record, but what others make of it."""
        if self.contest is None:
            return None
        return Place(self.contest.name, Flag(), many=False, nullable=False)

    @cached_property
    def asked_places(self) -> dict[str, Place]:
        """Every place that a filter may look at: the leaves, and what is derived."""
        return {**self.places, **{place.path: place for place in self.derived}}

    @cached_property
    def group_places(self) -> dict[str, Place]:
        """{group: where its value is} of the groups of a sum."""
        paths = {declared.name: declared.path for declared in self.own_filters}
        return {name: self.asked_places[paths[name]] for name in self.groups}

    @cached_property
    def filters(self) -> tuple[Filter, ...]:
        """Its own filters, then those that every record has."""
        shared = {"id": self.example, "dataset": self.dataset}
        return (
            *self.own_filters,
            *(f._replace(example=shared.get(f.name, f.example)) for f in PROVENANCE_FILTERS),
        )

    @cached_property
    def sorts(self) -> tuple[Sort, ...]:
        """`id` first: it is the default, and it breaks every tie."""
        first, *rest = PROVENANCE_SORTS
        return (first, *self.own_sorts, *rest)

    @cached_property
    def references(self) -> dict[str, Place]:
        """Where its records name records of other resources, by the name for `include`."""
        return {
            path.removesuffix(".id"): place
            for path, place in self.places.items()
            if isinstance(place.field, Reference)
        }

    @cached_property
    def members(self) -> tuple[str, ...]:
        """The top-level names of a record, in the order in which it is served."""
        own = [name for name in self.instance.fields if name not in PROVENANCE]
        return (*own, *PROVENANCE)
