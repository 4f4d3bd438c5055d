"""The version of the program, as the package, the document and every answer's tag have it."""

VERSION = "0.1.0"
