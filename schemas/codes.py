"""The closed lists: codes whose meaning the program itself acts on.

Every other list (metrics, units, sectors, ...) is open and arrives with the data. The served
codelists carry names and definitions for both kinds; a load refuses a codelist that does not
hold exactly the codes of the closed list that it names.
"""

QUALIFIERS = ("exact", "about", "more_than", "at_least", "less_than", "at_most")
STATUSES = ("achieved", "in_progress", "planned", "target", "unclear")
MEASURES = ("money", "count")
SCOPES = ("national", "regional")
ALLOCATIONS = ("joint", "each")
RANKS = ("preferred", "normal", "deprecated")

CLOSED = {
    "qualifiers": QUALIFIERS,
    "statuses": STATUSES,
    "measures": MEASURES,
    "scopes": SCOPES,
    "allocations": ALLOCATIONS,
    "ranks": RANKS,
}

LANGUAGES = ("en", "es")
