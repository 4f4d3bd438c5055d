"""What is the engine's own in SQL: hints, full text, functions. Pure functions, as text.

What others speak would be written otherwise for another engine; all of it is here.
"""


def read_by(table: str, index: str) -> str:
    """SQL for a table whose rows are to be read in an index, which holds what is asked of them."""
    return f"{table} INDEXED BY {index}"


def unsearched(column: str) -> str:
    """SQL for a column by which nothing is searched for: where an index of it leads to more rows
    than the one that another condition has."""
    return f"+{column}"


def split(texts: str, column: str, separator: str, part: str) -> str:
    """SQL for (text, part) of each part of texts that a separator joins: `texts` is SQL for them,
    in `column`. An empty text is its own only part."""
    at = f"INSTR(rest, '{separator}')"
    return (
        f"WITH RECURSIVE parts({column}, {part}, rest) AS ("
        f"SELECT {column}, NULL, {column} || '{separator}' FROM ({texts}) AS t UNION ALL "
        f"SELECT {column}, SUBSTR(rest, 1, {at} - 1), SUBSTR(rest, {at} + 1) FROM parts "
        f"WHERE rest <> '') SELECT {column}, {part} FROM parts WHERE {part} IS NOT NULL"
    )


def text_index(table: str) -> str:
    """SQL that makes a full-text index over folded text, by row. It keeps no copy of the text."""
    options = "content='', tokenize='ascii', prefix='2 3'"
    return f"CREATE VIRTUAL TABLE {table} USING fts5(text, {options})"


def text_match(table: str, name: str, row: str) -> str:
    """SQL that is true for rows that match the parameter `name`; `row` is SQL for their number."""
    return f"{row} IN (SELECT rowid FROM {table} WHERE {table} MATCH :{name})"


def text_rows(table: str, name: str) -> str:
    """SQL for the numbers (`found`) of the rows that match the parameter `name`, one by one."""
    return f"(SELECT rowid AS found FROM {table} WHERE {table} MATCH :{name})"


def text_candidates(table: str, words: str, limit: str, upto: str | None = None) -> str:
    """SQL for the rows that match the parameter `words`, the newest first, at most as many as the
    parameter `limit` says; none past the row `upto` (SQL). In the order of the rows the index is
    read from its end, and no further than needed, however common a word is."""
    bound = f" AND rowid <= {upto}" if upto else ""
    return (
        f"SELECT rowid AS row FROM {table} WHERE {table} MATCH :{words}{bound} "
        f"ORDER BY rowid DESC LIMIT :{limit}"
    )


def holding(table: str, body: str, name: str) -> str:
    """SQL that is true for a row of a resource's table whose text holds the words of the parameter
    `name`, a folded phrase; `body` is SQL for its body. The text is read, and nothing looked up."""
    return f"holds_words('{table}', {body}, :{name})"


def match_whole(words: list[str]) -> str:
    """Words as a MATCH expression: all of them, as they are. In the order of the rows such a list
    is read no further than needed; for one of beginnings, all that begin so are merged first.

    Whatever a word is, it is only looked for: no syntax of the engine's reaches it.
    """
    return " ".join('"{}"'.format(word.replace('"', '""')) for word in words)


def match_words(words: list[str]) -> str:
    """The same, the last one as a beginning."""
    return match_whole(words) + "*"


def as_bytes(column: str) -> str:
    """SQL for a text as its UTF-8 bytes: what is only passed on need not be decoded."""
    return f"CAST({column} AS BLOB)"


def digest_of(column: str) -> str:
    """SQL for the SHA-256 of a text, in hexadecimal."""
    return f"sha256_of({column})"
