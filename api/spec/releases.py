"""The operations of the document that tell of the releases, and what they answer."""

from api.spec.answers import LATEST, NEXT, SELF, TEXT, complete, nullable, ref, with_links
from api.spec.document import bodies_of, document_operation, link
from api.spec.lists import LIST_META, LIST_PAGINATION
from api.spec.parameters import VERSION, path_parameter
from api.wire.forms import RELEASE, RELEASES
from schemas.objects import Json
from schemas.release import one_release_parameters, release_parameters

TAG = "releases"


def release_paths() -> Json:
    """`/releases` and `/releases/{version}`."""
    list_operation = document_operation(
        "list_releases",
        TAG,
        "List releases",
        "Every data version, newest first: when it came, which data set was loaded, how many "
        "records came, changed and went, and its hash, which covers the version before. How the "
        "hash is made, so that anybody can check the chain, is told in docs/data.md.",
        bodies_of(RELEASES),
        release_parameters([form.name for form in RELEASES]),
        statuses=(404, 406, 409),
        links=link(
            "get_release",
            "The newest release of the page.",
            version="$response.body#/results/0/version",
        ),
    )
    item_operation = document_operation(
        "get_release",
        TAG,
        "Get one release",
        "A data version by its number. What it answers never changes.",
        bodies_of(RELEASE),
        one_release_parameters([form.name for form in RELEASE]),
        paths=[path_parameter("version", "The data version", VERSION, 4)],
    )
    return {
        "/releases": {"get": list_operation},
        "/releases/{version}": {"get": item_operation},
    }


def release_answers() -> Json:
    """The named schemas around releases."""
    return {
        "ReleaseItem": with_links(ref("Release"), ref("ReleaseLinks")),
        "ReleasePage": complete(
            {
                "results": {"type": "array", "items": ref("ReleaseItem")},
                "pagination": LIST_PAGINATION,
                "links": complete({"self": SELF, "latest": LATEST, "first": TEXT, "next": NEXT}),
                "meta": LIST_META,
            }
        ),
        "ReleaseLinks": complete(
            {
                "self": {"type": "string", "description": "This release, for good."},
                "collection": TEXT,
                "previous": nullable("string", "The release before; null for the first."),
                "changes": {"type": "string", "description": "What changed, record by record."},
                "dataset": {"type": "string", "description": "The data set that was loaded."},
                "data": {"type": "string", "description": "All data as they were then."},
            }
        ),
    }
