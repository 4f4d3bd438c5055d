"""Patterns of the store."""

from contract.mutants.mutant import (
    BULK,
    CHANGES,
    DIRECT,
    ENGINE,
    FILTERS,
    HISTORY,
    HTTP,
    LISTS,
    LOAD,
    PAGING,
    PLENTY,
    SEARCH,
    TIME,
    TOPICS,
    TURNS,
    WAYS,
    Mutant,
)

STORE = (
    Mutant(
        "a text that is read holds each word whole",
        "api/store/columns.py",
        "    return set(some).issubset(held) and any(",
        "    return any(",
        SEARCH,
    ),
    Mutant(
        "words that lead nowhere along the order are listed",
        "api/store/ways.py",
        "    while len(rows) < page.limit:\n",
        "    while not rows:\n",
        WAYS,
    ),
    Mutant(
        "words to search for are quoted",
        "api/store/engine.py",
        """return " ".join('"{}"'.format(word.replace('"', '""')) for word in words)""",
        """return " ".join(words)""",
        f"{SEARCH} {FILTERS}",
    ),
    Mutant(
        "words to search for are folded",
        "api/store/conditions.py",
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
        "api/store/conditions.py",
        'return f"({clause} OR {name} IS NULL)" if column.nullable else clause, parameters',
        "return clause, parameters",
        FILTERS,
    ),
    Mutant(
        "a number between two that can be stored is compared as it is",
        "api/store/conditions.py",
        "return scaled(value, MOVED.get(operator, _exactly))",
        "return scaled(value)",
        f"{FILTERS} tests/store/test_filters.py",
    ),
    Mutant(
        "what is national covers its regions",
        "api/store/conditions.py",
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
        "all that an answer reads has the time of one statement",
        "api/store/reader.py",
        "        if not self._is_answering:\n            self._start_clock()\n",
        "        self._start_clock()\n",
        ENGINE,
    ),
    Mutant(
        "an answer is one state of the data",
        "api/store/pool.py",
        "            reader.begin(answering=self._answering)\n",
        "            pass\n",
        f"{TIME} {ENGINE}",
    ),
    Mutant(
        "who is done gives the turn to who waits",
        "api/store/turns.py",
        """                self._working, held = self._waiting.popleft()
                held.release()
""",
        "                pass\n",
        TURNS,
    ),
    Mutant(
        "who has waited long enough takes the turn",
        "api/store/turns.py",
        "                self._waiting.remove(mine)\n                self._working = me\n",
        "                self._waiting.remove(mine)\n",
        TURNS,
    ),
    Mutant(
        "a statement that takes its time leaves its turn",
        "api/store/reader.py",
        "        self._turns.leave()\n",
        "",
        TURNS,
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
        "api/store/replace.py",
        "if body == said + self._provenance.end(version):",
        "if False:",
        LOAD,
    ),
    Mutant(
        "what left is closed",
        "api/store/replace.py",
        "            self._close(unsaid)\n",
        "",
        LOAD,
    ),
    Mutant(
        "what others name cannot be left out",
        "api/store/load.py",
        "for finding in left_dangling(db.conn, outcome.dataset, version):",
        "for finding in ():",
        LOAD,
    ),
    Mutant(
        "what is named must be there when all is written",
        "api/store/passing.py",
        "if owner is None or not may_name(target.name, owner, self._dataset, depends_on):",
        "if False:",
        BULK,
    ),
    Mutant(
        "an id that stands twice is noticed without the indexes",
        "api/store/replace.py",
        """            except IntegrityError as error:
                raise Wrong("id") from error
""",
        """            except IntegrityError:
                pass
""",
        BULK,
    ),
    Mutant(
        "a load without marshmallow refuses what it does not know",
        "schemas/direct.py",
        """        if known != len(record):
            raise ValidationError("has a field that is not known")
""",
        "",
        DIRECT,
    ),
    Mutant(
        "releases are chained over their bodies",
        "api/store/history.py",
        'yield f"\\n+{resource.name} {id_} {digest}"',
        'yield f"\\n+{resource.name} {id_}"',
        HISTORY,
    ),
    Mutant(
        "the changes come in one order",
        "api/store/changes.py",
        'for name in ("version", "id", "resource", "before", "after"))',
        'for name in ("version", "resource", "id", "before", "after"))',
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
        "api/store/topics.py",
        'f"FROM {name} AS t WHERE {went} AND NOT EXISTS "',
        'f"FROM {name} AS t WHERE 1 = 0 AND NOT EXISTS "',
        CHANGES,
    ),
    Mutant(
        "what no longer names a region is told to those who follow the region",
        "api/store/topics.py",
        'for side, said in (("before", BEFORE), ("after", AFTER))',
        'for side, said in (("after", AFTER),)',
        TOPICS,
    ),
    Mutant(
        "a record says all that is asked for at the same time",
        "api/store/changes.py",
        " AND (o.said & c.said) <> 0)",
        ")",
        TOPICS,
    ),
    Mutant(
        "a bound further in is counted again",
        "api/store/plenty.py",
        "return bool(asked <= known if OUTWARDS[only.operator] else asked >= known)",
        "return True",
        PLENTY,
    ),
    Mutant(
        "what a count has shown holds for the data that it was shown by",
        "api/store/plenty.py",
        "known = self._bounds.get((state, resource.name, only.place.path, only.operator))",
        "known = next(iter(self._bounds.values()), None)",
        PLENTY,
    ),
    Mutant(
        "a reader of a file that is no longer there is closed",
        "api/store/pool.py",
        "            if reader.files == self._files:\n                return reader\n",
        "            return reader\n",
        f"{ENGINE} tests/wire/test_cache.py",
    ),
)
