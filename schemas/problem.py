"""The one shape of every error: RFC 9457 problem details."""

from marshmallow import Schema, fields

from schemas.direct import dumper
from schemas.fields import Whole


class ErrorSchema(Schema):
    """One thing that is wrong, and where."""

    location = fields.String(
        required=True, data_key="in", metadata={"description": "query, path, header or body"}
    )
    name = fields.String(required=True, metadata={"description": "The parameter or field"})
    code = fields.String(required=True, metadata={"description": "A word for programs"})
    message = fields.String(required=True, metadata={"description": "A sentence for people"})
    suggestion = fields.String(
        required=True, allow_none=True, metadata={"description": "What was probably meant"}
    )


class ProblemSchema(Schema):
    """RFC 9457; `code` is the last part of `type`."""

    type = fields.String(required=True, metadata={"description": "Where the problem is explained"})
    title = fields.String(required=True, metadata={"description": "The kind of problem"})
    status = Whole(400, 599, required=True, metadata={"description": "The HTTP status"})
    detail = fields.String(required=True, metadata={"description": "What happened this time"})
    code = fields.String(required=True, metadata={"description": "The kind, for programs"})
    request_id = fields.String(required=True, metadata={"description": "As in X-Request-Id"})
    errors = fields.List(
        fields.Nested(ErrorSchema), required=True, metadata={"description": "Each thing wrong"}
    )


dump_problem = dumper(ProblemSchema())
