"""Patterns of answers."""

from contract.mutants.mutant import (
    BYTES,
    DEPRECATION,
    DOCUMENT,
    FORMATS,
    HTTP,
    LISTS,
    PARAMETERS,
    READING,
    TIME,
    Mutant,
)

ANSWERS = (
    Mutant(
        "an unforeseen error is a problem",
        "api/views/errors.py",
        "    @app.errorhandler(Exception)\n",
        "",
        HTTP,
    ),
    Mutant(
        "errors of HTTP are problems",
        "api/views/errors.py",
        "    @app.errorhandler(HTTPException)\n",
        "",
        HTTP,
    ),
    Mutant(
        "a question that was given up is a problem",
        "api/views/errors.py",
        "    @app.errorhandler(Timeout)\n",
        "",
        HTTP,
    ),
    Mutant(
        "data that cannot be read are a problem",
        "api/views/errors.py",
        "    @app.errorhandler(Unavailable)\n",
        "",
        HTTP,
    ),
    Mutant(
        "who is to come back is told when",
        "api/views/errors.py",
        'return respond(too_slow("the answer took longer than it may; narrow the question"))',
        'return respond(Problem("query-too-slow", "the answer took longer than it may"))',
        HTTP,
    ),
    Mutant(
        "a refused method is told which there are",
        "api/views/errors.py",
        'kept = [(name, value) for name, value in error.get_headers() if name == "Allow"]',
        "kept = []",
        HTTP,
    ),
    Mutant(
        "the methods are told in order",
        "api/wire/access.py",
        'allowed = ", ".join(sorted(said["Allow"].replace(",", " ").split()))',
        'allowed = "OPTIONS, HEAD, GET"',
        HTTP,
    ),
    Mutant(
        "no address redirects",
        "api/views/application.py",
        """            raise NotFound
""",
        """            pass
""",
        HTTP,
    ),
    Mutant(
        "an endless body is refused",
        "api/views/application.py",
        'if "CONTENT_LENGTH" in request.environ and (request.content_length or 0) > LONGEST_BODY:',
        "if False:",
        HTTP,
    ),
    Mutant(
        "a link is quoted",
        "api/wire/links.py",
        'return text if PLAIN(text) else quote(text, safe="/,:")',
        "return text",
        LISTS,
    ),
    Mutant(
        "links do not depend on the Host header",
        "api/wire/links.py",
        """return f"{self._base}{_quoted(path)}?{query}\"""",
        """from flask import request
        base = self._base or request.host_url.rstrip("/")
        return f"{base}{quote(path)}?{query}\"""",
        HTTP,
    ),
    Mutant(
        "links are also sent as a header",
        "api/views/answer.py",
        '            ("Link", link_header(links, more_links)),\n',
        "",
        f"{HTTP} {LISTS}",
    ),
    Mutant(
        "a tag changes with the data",
        "api/views/service.py",
        "given, format_name, data, coding, *beside)",
        "given, format_name, coding, *beside)",
        f"{HTTP} {TIME}",
    ),
    Mutant(
        "a tag is of the data, not of their number",
        "api/views/service.py",
        "service.links.to(path), release.hash",
        "service.links.to(path), release.version",
        HTTP,
    ),
    Mutant(
        "a link keeps the format",
        READING,
        "said = () if name == default else ((parameter, name),)",
        "said = ()",
        f"{FORMATS} {HTTP}",
    ),
    Mutant(
        "a tag changes with the question",
        "api/views/service.py",
        "service.software, address, given, format_name,",
        "service.software, address, format_name,",
        f"{HTTP} {LISTS}",
    ),
    Mutant(
        "a known tag is a 304",
        "api/wire/caching.py",
        "return not tags.star_tag and tags.contains_weak(tag)",
        "return False",
        HTTP,
    ),
    Mutant(
        "caches are told what an answer depends on",
        "api/wire/caching.py",
        ', ("Vary", vary)]',
        "]",
        HTTP,
    ),
    Mutant(
        "any page may read the answer",
        "api/wire/access.py",
        '    ("Access-Control-Allow-Origin", "*"),\n',
        "",
        HTTP,
    ),
    Mutant(
        "a browser takes no answer for something else",
        "api/wire/access.py",
        '    ("X-Content-Type-Options", "nosniff"),\n',
        "",
        HTTP,
    ),
    Mutant(
        "nothing in an answer may run",
        "api/wire/access.py",
        "        answer.headers.append(CONTENT_SECURITY_POLICY)\n",
        "        pass\n",
        HTTP,
    ),
    Mutant(
        "only a plain request id comes back",
        "api/wire/access.py",
        "given if given and REQUEST_ID.fullmatch(given) else",
        "given or",
        f"{HTTP} {BYTES}",
    ),
    Mutant(
        "HEAD has no body",
        "api/wire/answer.py",
        """    if environ["REQUEST_METHOD"] == "HEAD":
        return iter(())
""",
        """    if environ["REQUEST_METHOD"] == "HEAD":
        raise RuntimeError
""",
        HTTP,
    ),
    Mutant(
        "what goes wrong at once becomes a problem in time",
        "api/wire/answer.py",
        """    rest = encoded(parts)
    first = next(rest, b"")
    return chain((first,), rest)""",
        "    return encoded(parts)",
        HTTP,
    ),
    Mutant(
        "a format that there is not is a 406",
        "api/wire/negotiate.py",
        "    if best is None:\n",
        "    if best is None:\n        return formats[0]\n    if False:\n",
        HTTP,
    ),
    Mutant(
        "the format that is asked for wins",
        "api/wire/negotiate.py",
        "    if asked:\n",
        "    if asked and not accept:\n",
        HTTP,
    ),
    Mutant(
        "accents are sent as they are",
        "schemas/compact.py",
        "ENCODER = json.JSONEncoder(ensure_ascii=False,",
        "ENCODER = json.JSONEncoder(ensure_ascii=True,",
        f"{HTTP} {FORMATS} {DOCUMENT}",
    ),
    Mutant(
        "a spreadsheet runs no text",
        "api/wire/formats/as_csv.py",
        """return f"'{value}" if FORMULA.match(value) else value""",
        "return value",
        FORMATS,
    ),
    Mutant(
        "a cell of CSV is quoted",
        "api/wire/formats/as_csv.py",
        "        writer.writerow([cell(read(record), kind) for read, kind in readers])\n",
        "        cells = (str(cell(read(record), kind)) for read, kind in readers)\n"
        '        lines.write(",".join(cells) + "\\r\\n")\n',
        FORMATS,
    ),
    Mutant(
        "whoever uses what is being retired is told",
        "api/views/answer.py",
        'found = [("Deprecation", f"@{int(_midnight(since).timestamp())}")]',
        "found = []",
        DEPRECATION,
    ),
    Mutant(
        "and until when it is there",
        "api/views/answer.py",
        '        found.append(("Sunset", http_date(_midnight(min(sunsets)))))\n',
        "        pass\n",
        DEPRECATION,
    ),
    Mutant(
        "an empty answer says which value is not listed",
        "api/views/collection.py",
        '"warnings": warnings(query, snapshot, release) if empty else [],',
        '"warnings": [],',
        PARAMETERS,
    ),
    Mutant(
        "self is this answer for good",
        "api/views/answer.py",
        'return {"self": links.at(latest, self.release.version), "latest": latest}',
        'return {"self": latest, "latest": latest}',
        f"{TIME} {DOCUMENT}",
    ),
)
