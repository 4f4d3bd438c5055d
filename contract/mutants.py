"""What the tests must notice: patterns of the program, each of which can be taken out of a copy.

Each mutant names a file, the text that stands there once, what it becomes, and the tests that are
to fail then. `contract/mutate.py` runs them.
"""

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
RECORDS = "tests/schemas/test_records.py"
PARAMETERS = "tests/contract/test_parameters.py"
FILTERS = "tests/contract/test_filters.py"
LISTS = "tests/contract/test_lists.py"
FORMATS = "tests/contract/test_formats.py"
HTTP = "tests/contract/test_http.py"
TIME = "tests/contract/test_time.py"
CHANGES = "tests/contract/test_changes.py"
DEPRECATION = "tests/contract/test_deprecation.py"
BOUNDS = "tests/document/test_bounds.py"
DOCUMENT = "tests/document/test_examples.py"
PAGING = "tests/store/test_paging.py"
SEARCH = "tests/store/test_text.py"
ENGINE = "tests/store/test_engine.py"
LOAD = "tests/store/test_load.py"
HISTORY = "tests/store/test_history.py"
CODINGS = "tests/contract/test_encoding.py"
CACHE = "tests/wire/test_cache.py"
BYTES = "tests/server/test_hostile_bytes.py"

NUMBER = "schemas/fields/number.py"
TEXT = "schemas/fields/text.py"
MOMENTS = "schemas/fields/time.py"
READING = "schemas/query.py"

VALUES = (
    Mutant(
        "a whole number has bounds",
        NUMBER,
        """        if not self.minimum <= value <= self.maximum:
            raise self.make_error("range", minimum=self.minimum, maximum=self.maximum)
        if value != int(value):""",
        "        if value != int(value):",
        f"{FIELDS} {BOUNDS}",
    ),
    Mutant(
        "a whole number is whole",
        NUMBER,
        """        if value != int(value):
            raise self.make_error("invalid")
""",
        "",
        FIELDS,
    ),
    Mutant(
        "a whole number in a query is plain digits",
        NUMBER,
        r'WHOLE_PATTERN = r"^-?(?:0|[1-9][0-9]*)$"',
        r'WHOLE_PATTERN = r"^\s*[+-]?[\d_]+\s*$"',
        f"{FIELDS} {PARAMETERS}",
    ),
    Mutant(
        "an amount is at least zero and fits the store",
        NUMBER,
        """        if not 0 <= number <= self.largest:
            raise self.make_error("range", largest=self.largest)
        if not number:""",
        "        if not number:",
        f"{FIELDS} {BOUNDS}",
    ),
    Mutant(
        "an amount has at most fifteen digits",
        NUMBER,
        """        if len(digits) > self.significant_digits or len(number.as_tuple().digits) > 28:
            raise self.make_error("digits", digits=self.significant_digits)
""",
        "",
        FIELDS,
    ),
    Mutant(
        "an amount has at most four decimals",
        NUMBER,
        """        if -int(exponent) > self.decimals:
            raise self.make_error("decimals", decimals=self.decimals)
""",
        "",
        FIELDS,
    ),
    Mutant(
        "true is no number",
        NUMBER,
        "return isinstance(value, int) and not isinstance(value, bool)",
        "return isinstance(value, int)",
        FIELDS,
    ),
    Mutant(
        "an amount never passes through a float",
        NUMBER,
        "return towards(Fraction(str(value)) * 10**Amount.decimals)",
        "return towards(Fraction(float(value)) * 10**Amount.decimals)",
        f"{FIELDS} tests/store/test_tables.py tests/store/test_filters.py",
    ),
    Mutant(
        "a flag is one of two words",
        NUMBER,
        """        if text not in ("true", "false"):
            raise self.make_error("invalid")
        return text == "true\"""",
        '        return text in ("true", "yes", "1")',
        FIELDS,
    ),
    Mutant(
        "a pattern is matched whole",
        TEXT,
        "if not re.fullmatch(self.pattern.removeprefix",
        "if not re.match(self.pattern.removeprefix",
        FIELDS,
    ),
    Mutant(
        "control characters are refused",
        TEXT,
        r'TEXT_PATTERN = r"^[^\u0000-\u001F\u007F]+$"',
        r'TEXT_PATTERN = r"^[\s\S]+$"',
        f"{FIELDS} {QUERY}",
    ),
    Mutant(
        "half a surrogate pair is no text",
        TEXT,
        """        if any("\\ud800" <= character <= "\\udfff" for character in value):
            raise self.make_error("invalid")
""",
        "",
        FIELDS,
    ),
    Mutant(
        "a text ends somewhere",
        TEXT,
        """        if len(value) > self.longest:
            raise self.make_error("too_long", longest=self.longest)
""",
        "",
        f"{FIELDS} {BOUNDS}",
    ),
    Mutant(
        "a code of a closed list is one of it",
        TEXT,
        """        if self.choices and code not in self.choices:
            raise self.make_error("closed", choices=", ".join(self.choices))
""",
        "",
        FIELDS,
    ),
    Mutant(
        "a date is written with hyphens",
        MOMENTS,
        r'DATE_PATTERN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"',
        r'DATE_PATTERN = r"^[0-9-]{8,10}$"',
        FIELDS,
    ),
    Mutant(
        "a date is one of the calendar",
        MOMENTS,
        """        try:
            date.fromisoformat(text)
        except ValueError as error:
            raise self.make_error("calendar") from error
        return text""",
        "        return text",
        FIELDS,
    ),
    Mutant(
        "an unknown field of a record is refused",
        "schemas/record.py",
        "        unknown = RAISE",
        '        unknown = "exclude"',
        RECORDS,
    ),
    Mutant(
        "bounds follow from the qualifier",
        "schemas/figure.py",
        "    check_bounds,\n",
        "",
        RECORDS,
    ),
    Mutant(
        "about gives no bounds",
        "schemas/bounds.py",
        """        case _:
            return Bounds()""",
        """        case _:
            return Bounds(value, value, True, True)""",
        "tests/schemas/test_bounds.py",
    ),
)

QUESTIONS = (
    Mutant(
        "an unknown parameter is refused",
        READING,
        "            mistakes.append(_unknown(name, known))",
        "            continue",
        f"{QUERY} {PARAMETERS}",
    ),
    Mutant(
        "a scalar is given once",
        READING,
        "elif known[name].many:",
        "elif True:",
        f"{QUERY} {PARAMETERS}",
    ),
    Mutant(
        "a list ends somewhere",
        READING,
        """    if len(parts) > LONGEST_LIST:
        raise ValidationError(f"must name at most {LONGEST_LIST} values")
""",
        "",
        f"{QUERY} {BOUNDS}",
    ),
    Mutant(
        "a choice is one of those that there are",
        READING,
        """        if any(part not in parameter.choices for part in parts):
            raise ValidationError(f"must be one of: {', '.join(parameter.choices)}")
""",
        "",
        f"{QUERY} {PARAMETERS}",
    ),
    Mutant(
        "the nearest name is suggested",
        READING,
        "nearest = next(iter(get_close_matches(name, list(known), n=1)), None)",
        "nearest = None",
        QUERY,
    ),
    Mutant(
        "a page and a cursor contradict",
        READING,
        'if "page" in values and "cursor" in values:',
        "if False:",
        f"{QUERY} {PARAMETERS}",
    ),
    Mutant(
        "a sort both ways contradicts itself",
        READING,
        "    if both_ways:\n",
        "    if False:\n",
        f"{QUERY} {PARAMETERS}",
    ),
    Mutant(
        "pages end at ten thousand records",
        READING,
        'if values.get("page", (1,))[0] * per_page > PAGED_ROWS:',
        "if False:",
        f"{QUERY} {PARAMETERS}",
    ),
    Mutant(
        "the same question has one form",
        READING,
        "return tuple(sorted(distinct) if parameter.operator else distinct)",
        "return tuple(distinct)",
        QUERY,
    ),
    Mutant(
        "a broken escape is malformed",
        "api/wire/querystring.py",
        """    if re.search(rb"%(?![0-9A-Fa-f]{2})", part):
        raise Problem("malformed-request", "the query string has a '%' that escapes nothing")
""",
        "",
        PARAMETERS,
    ),
    Mutant(
        "a query that is no UTF-8 is malformed",
        "api/wire/querystring.py",
        'return unquote_to_bytes(part.replace(b"+", b" ")).decode()',
        'return unquote_to_bytes(part.replace(b"+", b" ")).decode(errors="replace")',
        PARAMETERS,
    ),
    Mutant(
        "a query ends somewhere",
        "api/wire/querystring.py",
        "if len(raw) > LONGEST:",
        "if False:",
        PARAMETERS,
    ),
    Mutant(
        "a cursor belongs to its question",
        "api/views/place.py",
        """    if f".{asked}." not in query.cursor:""",
        "    if False:",
        LISTS,
    ),
    Mutant(
        "a forged cursor leads nowhere",
        "api/wire/cursor.py",
        """    if not isinstance(after, list) or len(after) != keys or not all(map(_is_key, after)):
        raise NoSuchPlace
""",
        "",
        PARAMETERS,
    ),
    Mutant(
        "a cursor keeps to its version",
        "api/views/place.py",
        "if query.as_of is not None and query.as_of != cursor.version:",
        "if False:",
        f"{TIME} {PARAMETERS}",
    ),
    Mutant(
        "a place beyond the newest version is refused",
        "api/views/changes.py",
        "    if since.version > release.newest:",
        "    if False:",
        f"{CHANGES} {PARAMETERS}",
    ),
)

STORE = (
    Mutant(
        "words to search for are quoted",
        "api/store/engine.py",
        """return " ".join(f'"{word}"' for word in quoted) + "*\"""",
        """return " ".join(words) + "*\"""",
        f"{SEARCH} {FILTERS}",
    ),
    Mutant(
        "words to search for are folded",
        "api/store/query.py",
        "words = fold(query.q).split()",
        "words = query.q.split()",
        f"{SEARCH} {FILTERS}",
    ),
    Mutant(
        "what is not stated comes last",
        "api/store/query.py",
        """ + " NULLS LAST" * key.nullable""",
        "",
        f"{LISTS} {PAGING}",
    ),
    Mutant(
        "the id breaks ties",
        "api/store/query.py",
        'for ordering in (*sort, Ordering("id", False)):',
        "for ordering in sort:",
        f"{LISTS} {PAGING}",
    ),
    Mutant(
        "a place in a list lies between two records",
        "api/store/query.py",
        """clause = f"{key.column} {'<' if key.descending else '>'} {name}\"""",
        """clause = f"{key.column} {'<=' if key.descending else '>='} {name}\"""",
        f"{LISTS} {PAGING}",
    ),
    Mutant(
        "not this, or not stated",
        "api/store/query.py",
        'return f"({clause} OR {name} IS NULL)" if column.nullable else clause, parameters',
        "return clause, parameters",
        FILTERS,
    ),
    Mutant(
        "a number between two that can be stored is compared as it is",
        "api/store/query.py",
        "return scaled(value, MOVED.get(operator, _exactly))",
        "return scaled(value)",
        f"{FILTERS} tests/store/test_filters.py",
    ),
    Mutant(
        "what is national covers its regions",
        "api/store/query.py",
        "values = sorted({*values, *map(country_of, values)})",
        "values = sorted(values)",
        FILTERS,
    ),
    Mutant(
        "a reader cannot write",
        "api/store/engine.py",
        """uri = Path(path).absolute().as_uri() + "?mode=ro\"""",
        """uri = Path(path).absolute().as_uri()""",
        f"{ENGINE} {HTTP}",
    ),
    Mutant(
        "a question that takes too long is given up",
        "api/store/reader.py",
        "        self.connection.set_progress_handler(self._is_late, STEPS)\n",
        "",
        f"{HTTP} {ENGINE}",
    ),
    Mutant(
        "an answer is one state of the data",
        "api/store/pool.py",
        "            reader.begin()\n",
        "",
        f"{TIME} {ENGINE}",
    ),
    Mutant(
        "a load is whole or not at all",
        "api/store/engine.py",
        """        if db.conn.in_transaction:
            db.conn.execute("ROLLBACK")
        raise""",
        """        db.conn.execute("COMMIT")
        raise""",
        LOAD,
    ),
    Mutant(
        "the same data make no new version",
        "api/store/load.py",
        "elif _says_the_same(record, dataset, before[1]):",
        "elif False:",
        LOAD,
    ),
    Mutant(
        "what left is closed",
        "api/store/load.py",
        "    outdated.extend(row for row, _ in stored.values())\n",
        "",
        LOAD,
    ),
    Mutant(
        "what others name cannot be left out",
        "api/store/load.py",
        "outcome.findings = checked.findings or _left_dangling(db, checked)",
        "outcome.findings = checked.findings",
        LOAD,
    ),
    Mutant(
        "releases are chained over their bodies",
        "api/store/history.py",
        'yield f"\\n+{resource.name} {id_} {sha256(str(body).encode()).hexdigest()}"',
        'yield f"\\n+{resource.name} {id_}"',
        HISTORY,
    ),
    Mutant(
        "the changes come in one order",
        "api/store/changes.py",
        'f"ORDER BY version {way}, id {way}, resource {way}) AS c"',
        'f"ORDER BY version {way}) AS c"',
        f"{CHANGES} tests/store/test_changes.py",
    ),
    Mutant(
        "a part of a feed's archive is one version's",
        "api/views/channel.py",
        """    if asked.part:
        changes = [change for change in changes if change.version == until.version]
""",
        "",
        "tests/feeds/test_archives.py",
    ),
    Mutant(
        "what is deleted leaves a tombstone",
        "api/store/changes.py",
        '    if "deleted" in kinds:\n',
        "    if False:\n",
        CHANGES,
    ),
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
        """detail = "the answer took longer than it may; narrow the question"
        return respond(Problem("query-too-slow", detail, headers=[("Retry-After", "10")]))""",
        """detail = "the answer took longer than it may; narrow the question"
        return respond(Problem("query-too-slow", detail))""",
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
        'headers["Allow"] = ", ".join(sorted(headers["Allow"].replace(",", " ").split()))',
        'headers["Allow"] = "OPTIONS, HEAD, GET"',
        HTTP,
    ),
    Mutant(
        "no address redirects",
        "api/app.py",
        """            raise NotFound
""",
        """            pass
""",
        HTTP,
    ),
    Mutant(
        "an endless body is refused",
        "api/app.py",
        "and (request.content_length or 0) > LONGEST_BODY:",
        "and False:",
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
        """return f"{self._base}{_quoted(path)}{'?' * bool(query)}{query}\"""",
        """from flask import request
        base = self._base or request.host_url.rstrip("/")
        return f"{base}{quote(path)}{'?' * bool(query)}{query}\"""",
        HTTP,
    ),
    Mutant(
        "links are also sent as a header",
        "api/views/collection.py",
        '        response.headers["Link"] = link_header(page.links)\n',
        "",
        f"{HTTP} {LISTS}",
    ),
    Mutant(
        "a tag changes with the data",
        "api/views/service.py",
        "given, format_name, version, coding, *beside)",
        "given, format_name, coding, *beside)",
        f"{HTTP} {TIME}",
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
        "return parse_etags(if_none_match).contains_weak(tag)",
        "return False",
        HTTP,
    ),
    Mutant(
        "caches are told what an answer depends on",
        "api/views/service.py",
        '            ("Vary", VARY),\n',
        "",
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
        '        headers.add("Content-Security-Policy", CONTENT_SECURITY_POLICY)\n',
        "        pass\n",
        HTTP,
    ),
    Mutant(
        "only a plain request id comes back",
        "api/wire/access.py",
        "given if given and REQUEST_ID.fullmatch(given) else os.urandom(16).hex()",
        "given or os.urandom(16).hex()",
        f"{HTTP} {BYTES}",
    ),
    Mutant(
        "HEAD has no body",
        "api/views/service.py",
        """    if request.method == "HEAD":
        return iter(())
""",
        """    if request.method == "HEAD":
        raise RuntimeError
""",
        HTTP,
    ),
    Mutant(
        "what goes wrong at once becomes a problem in time",
        "api/views/service.py",
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
        "api/wire/formats/page.py",
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
        "api/views/service.py",
        """response.headers["Deprecation"] = f"@{int(_midnight(since).timestamp())}\"""",
        "pass",
        DEPRECATION,
    ),
    Mutant(
        "and until when it is there",
        "api/views/service.py",
        '            response.headers["Sunset"] = http_date(_midnight(min(sunsets)))\n',
        "            pass\n",
        DEPRECATION,
    ),
    Mutant(
        "an empty answer says which value is not listed",
        "api/views/collection.py",
        '"warnings": warnings(query, snapshot) if empty else [],',
        '"warnings": [],',
        PARAMETERS,
    ),
    Mutant(
        "self is this answer for good",
        "api/views/envelope.py",
        "if query.cursor else links.also(latest, *pin)",
        "if query.cursor else latest",
        f"{TIME} {DOCUMENT}",
    ),
)

KEEPING = (
    Mutant(
        "a coding has a tag of its own",
        "api/views/service.py",
        "format_name, version, coding, *beside)",
        "format_name, version, *beside)",
        CODINGS,
    ),
    Mutant(
        "caches are told that the coding was chosen",
        "api/wire/encoding.py",
        '        response.vary.add("Accept-Encoding")\n',
        "        pass\n",
        CODINGS,
    ),
    Mutant(
        "the cache forgets when the data move",
        "api/wire/cache.py",
        "if state is None or state != self._state:",
        "if state is None:",
        CACHE,
    ),
    Mutant(
        "the cache keeps nothing that was made while the data moved",
        "api/wire/cache.py",
        """            if state != self._state:
                return
""",
        "",
        CACHE,
    ),
    Mutant(
        "the cache tells formats apart",
        "api/wire/cache.py",
        '            environ.get("HTTP_ACCEPT"),\n',
        "            None,\n",
        f"{CACHE} {HTTP}",
    ),
    Mutant(
        "the cache tells codings apart",
        "api/wire/cache.py",
        '            environ.get("HTTP_ACCEPT_ENCODING"),\n',
        "            None,\n",
        f"{CACHE} {CODINGS}",
    ),
    Mutant(
        "the cache gives each answer its own id",
        "api/wire/cache.py",
        'self.headers = [header for header in headers if header[0] != "X-Request-Id"]',
        "self.headers = list(headers)",
        CACHE,
    ),
    Mutant(
        "the cache ends somewhere",
        "api/wire/cache.py",
        "            while self._size > self._capacity:",
        "            while False:",
        CACHE,
    ),
    Mutant(
        "the cache is not flooded by what is asked once",
        "api/wire/cache.py",
        "                if found.asked_again:",
        "                if False:",
        CACHE,
    ),
    Mutant(
        "the cache keeps no problem",
        "api/wire/cache.py",
        'if answer.status.startswith("200") and self._is_wanted(key)',
        "if self._is_wanted(key)",
        CACHE,
    ),
)

SPECIFICATION = (
    Mutant(
        "a list documents its 406",
        "api/spec/operations.py",
        """404, 406, 409),
        },
    }


def item_operation""",
        """404, 409),
        },
    }


def item_operation""",
        f"{HTTP} {DOCUMENT}",
    ),
    Mutant(
        "an item documents its 404",
        "api/spec/operations.py",
        """404, 406, 409),
        },
    }


def _described""",
        """406, 409),
        },
    }


def _described""",
        f"{HTTP} {PARAMETERS}",
    ),
    Mutant(
        "a 304 is documented",
        "api/spec/responses.py",
        'return {"304": {"$ref": f"#/components/responses/{name}"}}',
        "return {}",
        HTTP,
    ),
    Mutant(
        "the headers of a 405 are documented",
        "api/spec/responses.py",
        'EXTRA_HEADERS = {405: header_refs("Allow"), 416',
        'EXTRA_HEADERS = {405: header_refs("Link"), 416',
        HTTP,
    ),
    Mutant(
        "every member is documented as always there",
        "api/spec/schemas.py",
        '    schema["required"] = list(schema["properties"])\n',
        "",
        "tests/document/test_breaking.py",
    ),
    Mutant(
        "new members break no client",
        "api/spec/schemas.py",
        '    schema.pop("additionalProperties", None)\n',
        '    schema["additionalProperties"] = False\n',
        f"{LISTS} {HTTP}",
    ),
    Mutant(
        "the bounds of a coordinate are documented",
        "api/spec/schemas.py",
        '        return {"type": "array", "prefixItems": axes, **exactly}',
        '        return {"type": "array", **exactly}',
        BOUNDS,
    ),
    Mutant(
        "the length of a list is documented",
        "api/spec/parameters.py",
        '"minItems": 1, "maxItems": LONGEST_LIST}',
        '"minItems": 1, "maxItems": 10 * LONGEST_LIST}',
        BOUNDS,
    ),
    Mutant(
        "the choices of a parameter are documented",
        "api/spec/parameters.py",
        'return {"type": "string", "enum": list(asked.choices)}',
        'return {"type": "string"}',
        BOUNDS,
    ),
    Mutant(
        "examples stand beside what they show",
        "api/spec/examples.py",
        '            content["examples"] = found\n',
        "            pass\n",
        DOCUMENT,
    ),
    Mutant(
        "a link of the document leads on",
        "api/spec/operations.py",
        '"parameters": {"id": "$response.body#/results/0/id"},',
        '"parameters": {"id": "$response.body#/results/0/source/start"},',
        DOCUMENT,
    ),
    Mutant(
        "retired members are marked",
        "schemas/about.py",
        '        "deprecated": True,\n',
        "",
        DEPRECATION,
    ),
    Mutant(
        "the types for TypeScript are those of the document",
        "api/spec/types.d.ts",
        "    Pagination: {",
        "    Paging: {",
        HTTP,
    ),
)

MUTANTS = (*VALUES, *QUESTIONS, *STORE, *ANSWERS, *KEEPING, *SPECIFICATION)
