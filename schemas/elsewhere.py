"""What parameters are called elsewhere: who comes from there is told what they are called here."""

from collections.abc import Container

# By their letters alone: `pageSize`, `page_size` and `page-size` are one.
CALLED_HERE = {
    "limit": "per_page",
    "pagesize": "per_page",
    "size": "per_page",
    "rows": "per_page",
    "offset": "page",
    "skip": "page",
    "pagenumber": "page",
    "order": "sort",
    "orderby": "sort",
    "ordering": "sort",
    "sortby": "sort",
    "search": "q",
    "query": "q",
    "text": "q",
}


def called_here(name: str, known: Container[str]) -> str | None:
    """The parameter that elsewhere has this name, if it is one of those known here."""
    here = CALLED_HERE.get("".join(filter(str.isalpha, name.lower())))
    return here if here in known else None
