"""Every kind of question is one that the service answers, and answers as it is meant."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.app import create_app
from api.settings import Settings
from benchmarks.limits.by_hand import create as by_hand
from benchmarks.questions import BY_NAME, QUESTIONS, Question, Sample, paths
from tests.contract.conformance import CheckedClient


@pytest.fixture
def sample(database: Path) -> Iterator[Sample]:
    sample = Sample(database)
    yield sample
    sample.close()


def ask(client: CheckedClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.text)
    return answer.text


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
def test_every_question_is_answered(
    question: Question, sample: Sample, client: CheckedClient
) -> None:
    for path in paths(question, question.path, sample, "test", 5):
        assert ask(client, path)


@pytest.mark.parametrize("name", ["list", "counted", "exact", "deep", "past"])
def test_a_page_from_a_random_place_is_full(
    name: str, sample: Sample, client: CheckedClient
) -> None:
    for path in paths(BY_NAME[name], BY_NAME[name].path, sample, "test", 5):
        assert len(client.get(path).json["results"]) == 50, path


@pytest.mark.parametrize(
    "question",
    [question for question in QUESTIONS if not question.whole],
    ids=lambda question: question.name,
)
def test_most_questions_find_something(
    question: Question, sample: Sample, client: CheckedClient
) -> None:
    found = [client.get(p).json for p in paths(question, question.path, sample, "test", 5)]
    assert sum(bool(answer.get("results", answer)) for answer in found) > len(found) / 2


def test_the_same_seed_asks_the_same_and_another_does_not(sample: Sample) -> None:
    question = BY_NAME["list"]
    first, again, other = (
        paths(question, question.path, sample, seed, 1000) for seed in ("1", "1", "2")
    )
    assert first == again
    assert len(set(first) & set(other)) < 10
    assert len(set(first)) > 980


def test_the_work_by_hand_gives_the_bytes_that_the_service_gives(
    sample: Sample, client: CheckedClient, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUIPU_DATABASE", str(database))
    own = by_hand()
    sent: list[tuple[str, str]] = []
    for path in paths(BY_NAME["list"], BY_NAME["list"].path, sample, "test", 5):
        environ = {"QUERY_STRING": path.partition("?")[2]}
        body = b"".join(own(environ, lambda _, headers: sent.extend(headers)))
        answer = client.get(path)
        assert body == answer.data
        headers = dict(sent)
        assert headers["Link"] == answer.headers["Link"]
        assert headers.keys() == dict(answer.headers).keys()
        sent.clear()


def test_quipu_is_asked_in_its_own_canonical_form(sample: Sample, database: Path) -> None:
    """So that an answer's links differ from the question in nothing but the version."""
    app = create_app(Settings(database=str(database)))
    (path,) = paths(BY_NAME["list"], BY_NAME["list"].path, sample, "test", 1)
    answer = app.test_client().get(path).json
    app.extensions["quipu"].store.close()
    bound = path.rpartition("=")[2]
    assert f"value__gte={bound}&" in answer["links"]["self"]
