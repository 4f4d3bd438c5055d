"""The operation of the document that answers with a figure's counterparts, and its answers."""

from api.spec.answers import LATEST, META, NEXT, RELEASE, SELF, TEXT, complete, ref, with_links
from api.spec.document import bodies_of, document_operation, link
from api.spec.lists import LIST_PAGINATION
from api.spec.parameters import path_parameter
from api.spec.schemas import property_of
from api.wire.forms import CLAIMS
from schemas import FIGURE
from schemas.counterpart import claim_parameters
from schemas.objects import Json


def figure_id() -> Json:
    """The parameter in the path of what is asked of one figure."""
    key = property_of(FIGURE.instance.fields["id"])
    return path_parameter("id", "The figure's id", key, FIGURE.example)


def claim_paths() -> Json:
    """`/figures/{id}/claims`."""
    operation = document_operation(
        "list_claims",
        FIGURE.name,
        "List the claims beside a figure",
        "The figure itself, then every other one of the same subject (the programme or, where none "
        "is named, the organization) and the same metric whose period may overlap with its own: an "
        "end that is not stated is open. The preferred ones come first, and of equal rank the "
        "latest word. `relation` says how each stands to the figure. Only figures that speak in "
        "the same terms (unit, status, scope, regions, allocation, period as stated) can be held "
        "against each other; then their bounds decide whether both can be true.",
        bodies_of(CLAIMS),
        claim_parameters([form.name for form in CLAIMS]),
        paths=[figure_id()],
        statuses=(404, 406, 409),
        links=link(
            "get_evidence", "Where the figure was stated.", id="$response.body#/results/0/figure/id"
        ),
    )
    return {"/figures/{id}/claims": {"get": operation}}


def claim_answers() -> Json:
    """The named schemas of a page of claims."""
    return {
        "ClaimPage": complete(
            {
                "results": {
                    "type": "array",
                    "minItems": 1,
                    "items": with_links(ref("Claim"), ref("ClaimLinks")),
                },
                "pagination": LIST_PAGINATION,
                "links": complete(
                    {
                        "self": SELF,
                        "latest": LATEST,
                        "first": TEXT,
                        "next": NEXT,
                        "figure": {"type": "string", "description": "The figure asked about."},
                        "release": RELEASE,
                    }
                ),
                "meta": META,
            }
        ),
        "ClaimLinks": complete({"self": TEXT, **dict.fromkeys(FIGURE.aspects, TEXT)}),
    }
