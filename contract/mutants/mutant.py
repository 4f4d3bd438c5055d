"""A mutant, and the tests that are to notice most of them."""

from typing import NamedTuple


class Mutant(NamedTuple):
    """`old` stands exactly once in `file`; with `new` in its place one of `tests` fails."""

    name: str
    file: str
    old: str
    new: str
    tests: str


FIELDS = "tests/schemas/test_fields.py"
QUERY = "tests/schemas/test_query.py"
COMPACT = "tests/schemas/test_compact.py"
RECORDS = "tests/schemas/test_records.py"
PARAMETERS = "tests/contract/test_parameters.py"
FILTERS = "tests/contract/test_filters.py"
LISTS = "tests/contract/test_lists.py"
FORMATS = "tests/contract/test_formats.py"
HTTP = "tests/contract/test_http.py"
ROUTING = "tests/contract/test_routing.py"
ACCESS = "tests/wire/test_access.py"
TIME = "tests/contract/test_time.py"
CHANGES = "tests/contract/test_changes.py"
DEPRECATION = "tests/contract/test_deprecation.py"
BOUNDS = "tests/document/test_bounds.py"
DOCUMENT = "tests/document/test_examples.py"
PAGING = "tests/store/test_paging.py"
SEARCH = "tests/store/test_text.py"
SEEN = "tests/store/test_seen.py"
STANDING = "tests/store/test_standing.py"
ENGINE = "tests/store/test_engine.py"
LOAD = "tests/store/test_load.py"
BULK = "tests/store/test_bulk_load.py"
DIRECT = "tests/schemas/test_direct.py"
HISTORY = "tests/store/test_history.py"
AGGREGATES = "tests/contract/test_aggregates.py"
PLENTY = "tests/store/test_plenty.py"
TOPICS = "tests/store/test_topics.py"
SUMMED = "tests/store/test_sums.py"
RANKED = "tests/store/test_ranking.py"
MATCH = "tests/schemas/test_match.py"
FACETS = "tests/contract/test_facets.py tests/store/test_facets.py"
CLAIMED = "tests/contract/test_claims.py"
SEARCHED = "tests/contract/test_search.py"
EVIDENCE = "tests/contract/test_evidence.py"
CITED = "tests/contract/test_cite.py"
DOWNLOADS = "tests/contract/test_downloads.py"
SPOOL = "tests/bulk/test_spool.py"
CODINGS = "tests/contract/test_encoding.py"
CACHE = "tests/wire/test_cache.py"
BYTES = "tests/server/test_hostile_bytes.py"
TURNS = "tests/store/test_turns.py"
LEAD = "tests/scheduling/test_lead.py"
SERVE = "tests/cli/test_serve.py"
BACKGROUND = "tests/store/test_background.py"
WAYS = "tests/store/test_ways.py"
CARRIED = "tests/store/test_carried.py"
PROCESSOR = "tests/scheduling/test_processor.py"
LONG = "tests/contract/test_long_answers.py"

NUMBER = "schemas/fields/number.py"
TEXT = "schemas/fields/text.py"
MOMENTS = "schemas/fields/time.py"
READING = "schemas/reading.py"
