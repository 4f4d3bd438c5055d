"""The forms of answers that are no collections: the views answer in them, and the document
describes them. The first is the default."""

from api.wire.formats.as_annotation import ANNOTATION
from api.wire.formats.form import as_document

CLAIMS = (as_document("ClaimPage"),)
EVIDENCE = (as_document("EvidenceDocument"), ANNOTATION)
RELEASES, RELEASE = (as_document("ReleasePage"),), (as_document("ReleaseItem"),)
SEARCH = (as_document("SearchPage"),)
