"""The application as a server gets it: one request after the other."""

from collections.abc import Iterable
from threading import Event, Thread
from typing import Any

from api.store.turns import Turns
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


def test_a_server_is_told_what_to_call_when_an_answer_is_handed_over() -> None:
    given: list[Any] = []
    served = Served(lambda environ, start: [environ["body"]], lambda: given.append("answered"))
    assert served({"body": b"whole"}, None) == [b"whole"]
    assert not given
    served.answered()
    assert given == ["answered"]
