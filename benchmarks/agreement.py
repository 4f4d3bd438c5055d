"""Whether all who are measured give the answers that Quipu gives."""

from benchmarks.answer import ask, keep_answer
from benchmarks.process import Running
from benchmarks.questions import BY_NAME, Sample, paths
from benchmarks.subjects import Place, Subject, subjects

# So many answers of each kind of question.
CHECKED = 20


class Wrong(Exception):
    """A server does not answer as Quipu does; says which and how."""


def check(
    subject: Subject, server: Running, sample: Sample, place: Place, asked: dict[str, str]
) -> None:
    """Hold its answers against Quipu's. Quipu is the first, and its answers are kept."""
    quipu, *_ = subjects()
    for name, template in asked.items():
        question = BY_NAME[name]
        wanted = paths(question, template, sample, "check", CHECKED)
        for number, path in enumerate(wanted):
            answer = ask(server.port, path)
            if answer.status != 200:
                raise Wrong(f"{subject.name}: {path} was answered with {answer.status}")
            kept = place.kept / "checked" / f"{name}-{number}"
            if subject.kind == "quipu":
                keep_answer(answer, kept)
                if name == "again":
                    keep_answer(answer, place.kept)
                continue
            expected = (kept / "body").read_bytes()
            if subject.kind == "limit":
                same = answer.body == expected
            else:
                same = subject.ids(name, answer.body) == quipu.ids(name, expected)
            if not same:
                raise Wrong(f"{subject.name}: {path} has not the answer that Quipu gives")
