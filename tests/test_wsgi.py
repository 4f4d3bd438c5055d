"""The application as a server gets it: one request after the other."""

import gc
from collections.abc import Iterable
from threading import Event, Thread
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import create_environ

from api.scheduling.turns import Turns
from api.wire.served import Served
from api.wsgi import in_turn

LONG = 60.0


def test_a_request_waits_for_the_one_before_it() -> None:
    turns, reached = Turns(LONG), Event()

    def application(_: dict[str, Any], __: Any) -> Iterable[bytes]:
        reached.set()
        return []

    thread = Thread(target=in_turn(application, turns), args=({}, None))
    with turns:
        thread.start()
        while not turns._waiting:
            assert thread.is_alive()
        assert not reached.is_set()
    assert reached.wait(LONG)
    thread.join(LONG)


@pytest.mark.parametrize("path", ["/figures?per_page=50", "/programs/procompite", "/figures?x=1"])
def test_what_an_answer_leaves_to_be_searched_for_holds_nothing_large(
    app: Flask, path: str
) -> None:
    """So it may lie there for some time: a worker looks for it seldom."""
    app(create_environ(path), lambda *_: None)
    gc.collect()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        app(create_environ(path), lambda *_: None)
        gc.collect()
        held = [one for left in gc.garbage for one in gc.get_referents(left)]
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
    texts = [one for one in held if isinstance(one, bytes | str)]
    assert [text for text in texts if len(text) > 500] == []


def test_a_server_is_told_what_to_call_when_an_answer_is_handed_over() -> None:
    given: list[Any] = []
    served = Served(lambda environ, start: [environ["body"]], lambda: given.append("answered"))
    assert served({"body": b"whole"}, None) == [b"whole"]
    assert not given
    served.answered()
    assert given == ["answered"]
