"""What an agency's program does with the service, typed by the document alone:
all figures page by page, one of them with its programme, and a problem."""

import sys
from collections.abc import Iterator

from quipu_client import Client
from quipu_client.api.figures import get_figure, list_figures
from quipu_client.api.programs import get_program
from quipu_client.models import Figure, FigureItem, FigurePage, Problem, ProgramItem
from quipu_client.models.list_figures_count import ListFiguresCount
from quipu_client.types import UNSET


def explain(problem: Problem) -> str:
    errors = [f"  {error.name}: {error.message}" for error in problem.errors]
    return "\n".join([f"{problem.status} {problem.code}: {problem.detail}", *errors])


def figures(client: Client, per_page: int) -> Iterator[Figure]:
    followed: set[str] = set()
    cursor: str | None = None
    while True:
        page = list_figures.sync(client=client, per_page=per_page, cursor=cursor or UNSET)
        assert isinstance(page, FigurePage), page
        yield from page.results
        cursor = page.pagination.next_cursor
        # The service never gives a cursor twice; a mock answers every page alike.
        if cursor is None or cursor in followed:
            return
        followed.add(cursor)


def main(address: str) -> None:
    client = Client(base_url=address, raise_on_unexpected_status=True)
    page = list_figures.sync(client=client, count=ListFiguresCount.EXACT)
    assert isinstance(page, FigurePage)
    found = list(figures(client, per_page=3))
    print(f"{len(found)} of {page.pagination.count} figures")

    about = next(figure for figure in found if figure.program is not None)
    assert about.program is not None
    figure = get_figure.sync(about.id, client=client)
    assert isinstance(figure, FigureItem)
    program = get_program.sync(about.program, client=client)
    assert isinstance(program, ProgramItem)
    print(f"{figure.label.en}: {figure.display.en} ({program.name.en})")

    refused = list_figures.sync_detailed(client=client, per_page=1000)
    assert refused.status_code == 400
    assert isinstance(refused.parsed, Problem)
    print(explain(refused.parsed))


if __name__ == "__main__":
    main(sys.argv[1])
