"""The raw WSGI callable: one answer of Quipu's, kept in memory, whatever is asked.

An answer as `benchmarks.answer` keeps it is read from the folder that KEPT_ANSWER names.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from api.scheduling.lead import Lead
from api.wire.caching import NOT_REPEATED
from api.wire.served import Served
from benchmarks.answer import read_answer


def create() -> Served:
    answer = read_answer(Path(os.environ["KEPT_ANSWER"]))
    body, headers = [answer.body], list(answer.headers)
    unchanged = [pair for pair in headers if pair[0].lower() not in NOT_REPEATED]

    def application(environ: Any, start_response: Any) -> Iterable[bytes]:
        if "HTTP_IF_NONE_MATCH" in environ:
            start_response("304 NOT MODIFIED", unchanged)
            return []
        start_response("200 OK", headers)
        return body

    return Served(application, Lead().answered)
