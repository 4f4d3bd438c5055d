"""The operations of the document that list the downloads and send them, and what they answer."""

from api.bulk.files import FILES, ZIP
from api.spec.answers import MOMENT, TEXT, TEXTS_BY_NAME, complete, nullable, ref
from api.spec.document import document_operation, link
from api.spec.parameters import path_parameter
from api.spec.responses import CACHE_HEADERS, FILE_HEADERS, LINK_HEADER, RANGE_HEADERS
from api.wire.formats import FILE_FORMATS
from api.wire.standards.csvw import MEDIA_TYPE as CSVW
from schemas.objects import Json
from schemas.parameters import AS_OF

TAG = "downloads"
BODIES = {format_.media_type: format_.body for format_ in FILE_FORMATS} | {
    CSVW: "CsvwMetadata",
    "application/json": "DatasetteMetadata",
}


def download_paths() -> Json:
    """`/downloads` and `/downloads/{file}`."""
    return {
        "/downloads": {"get": _list_operation()},
        "/downloads/{file}": {"get": _file_operation()},
    }


def _list_operation() -> Json:
    return document_operation(
        "list_downloads",
        TAG,
        "List downloads",
        "Every file of all the data: what it is, whether it is at hand or is made "
        "when it is first asked for, and, once it is at hand, its length and SHA-256.",
        {"application/json": "Downloads"},
        (AS_OF,),
        answer="The files.",
        headers=CACHE_HEADERS,
        statuses=(404,),
        links=link(
            "get_download", "The first file of the list.", file="$response.body#/files/0/name"
        ),
    )


def _file_operation() -> Json:
    names = {"type": "string", "enum": [file.name for file in FILES]}
    types = dict.fromkeys(file.media_type for file in FILES)
    headers = {**CACHE_HEADERS, **FILE_HEADERS, **LINK_HEADER}
    part = {
        "description": "The part of the file that `Range` asked for.",
        "headers": {**headers, **RANGE_HEADERS},
        "content": {one: {"schema": ref("Binary")} for one in types},
    }
    return document_operation(
        "get_download",
        TAG,
        "Download a file",
        "All the data, or all of one resource, as a file: made once for a data "
        "version, and the same bytes from then on. It can be resumed: send `Range: bytes=N-`, "
        "with `If-Range` and the `ETag` of what you have. With `Accept-Encoding: gzip` texts and "
        "the database come compressed; a range is then one of the compressed file. `Repr-Digest` "
        "(RFC 9530) is the SHA-256 of the whole file as it is sent.",
        {one: BODIES.get(one, "Binary") for one in types},
        (AS_OF,),
        answer="The file.",
        headers=headers,
        paths=[path_parameter("file", "The file's name", names, ZIP.name)],
        statuses=(404, 416, 501),
        further={"206": part},
    )


def download_answers() -> Json:
    """The named schemas of the list of files, and of files."""
    return {
        "Downloads": complete(
            {
                "data": complete({"version": {"type": "integer"}, "as_of": MOMENT}),
                "files": {"type": "array", "items": ref("Download")},
                "links": TEXTS_BY_NAME,
            }
        ),
        "Download": complete(
            {
                "name": TEXT,
                "media_type": TEXT,
                "description": TEXT,
                "resource": nullable("string", "Whose records it has; null if all of them."),
                "available": {
                    "type": "boolean",
                    "description": "False where the service lacks what such a file needs.",
                },
                "at_hand": {
                    "type": "boolean",
                    "description": "Whether it is made already; else it is when it is asked for.",
                },
                "size": nullable("integer", "Its length in bytes, once it is at hand.", minimum=0),
                "sha256": nullable("string", "Its SHA-256, once it is at hand."),
                "links": complete(
                    {
                        "self": {"type": "string", "description": "This very file, for good."},
                        "latest": {"type": "string", "description": "That of the newest data."},
                    }
                ),
            }
        ),
        "Binary": {"type": "string", "format": "binary", "description": "The bytes of a file."},
        "CsvwMetadata": {"type": "object", "description": "Metadata of CSV on the Web."},
        "DatasetteMetadata": {
            "type": "object",
            "description": "What Datasette shows beside the SQLite file.",
        },
    }
