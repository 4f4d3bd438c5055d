"""`/dictionary`: what every field is, as JSON in all languages or as Markdown in one."""

from functools import lru_cache

from flask import Blueprint

from api.views.asking import present, understand
from api.views.service import Service
from api.views.tagging import constant
from api.wire.answer import Answer
from api.wire.caching import VARY
from api.wire.formats import Format, dictionary_formats
from api.wire.negotiate import choose_format
from api.wire.problems import refuse
from schemas import RESOURCES
from schemas.codes import LANGUAGES
from schemas.parameters import dictionary_parameters
from schemas.reading import CONTRADICTION, Mistake

KEPT = 16


def dictionary_blueprint(service: Service) -> Blueprint:
    """`/dictionary`."""
    blueprint = Blueprint("dictionary", __name__)
    formats = dictionary_formats()
    asks = dictionary_parameters(RESOURCES, [format_.name for format_ in formats])

    # Few: of which resources, whoever asks chooses.
    @lru_cache(KEPT)
    def written(format_: Format, names: tuple[str, ...], language: str) -> str:
        # As late as this: it reads the data sets that come with the program.
        from api.spec.dictionary import dictionary  # noqa: PLC0415

        assert format_.write_dictionary is not None  # noqa: S101 - these formats have it
        return format_.write_dictionary(dictionary(service.links, names), language)

    @blueprint.get("/dictionary")
    def read_dictionary() -> Answer:
        environ = present().environ
        query = understand(environ, asks)
        # JSON has every language: who asks for one can only mean what is written in one.
        offered = formats if not query.lang else formats[1:]
        if query.format and query.format not in (format_.name for format_ in offered):
            message = f"chooses nothing in {query.format}, which has every language"
            raise refuse([Mistake("lang", CONTRADICTION, message)])
        format_ = choose_format(offered, query.format, environ.get("HTTP_ACCEPT"))
        text = written(format_, tuple(sorted(query.resource)), query.lang or LANGUAGES[0])
        return constant(text, format_.content_type, VARY)

    return blueprint
