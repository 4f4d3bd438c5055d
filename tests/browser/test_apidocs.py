"""The documentation's page as a person has it: in Chromium, on a fresh installation, alone."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.request import urlopen

import pytest
from flask import Flask
from werkzeug.exceptions import NotFound
from werkzeug.serving import make_server

from api.app import create_app
from api.settings import Settings
from tests.browser.webdriver import Browser, wait_for

SHOWN = "return [...document.querySelectorAll('.opblock')].map(block => block.id)"
WIDTH = "return [document.documentElement.scrollWidth, window.innerWidth]"
PHONE = (390, 844)
LIST_FIGURES = "operations-figures-list_figures"
PROGRAM = f"#{LIST_FIGURES} tr[data-param-name='program']"
# The control and the name of each that can be used in an operation.
CONTROLS = """
const row = `#${arguments[0]} tr[data-param-name]`;
return [...document.querySelectorAll(`${row} :is(input, select, button)`)]
  .map(control => [control.closest("tr").dataset.paramName, control.getAttribute("aria-label")])
"""
# How far the letters of what is found stand out from what they stand on, as WCAG 2 reckons it.
CONTRASTS = """
const channels = colour => colour.match(/[\\d.]+/g).map(Number);
const light = colour => channels(colour).slice(0, 3)
  .map(part => part / 255)
  .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
  .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
const painted = element => {
  const colour = getComputedStyle(element).backgroundColor;
  return channels(colour)[3] === undefined || channels(colour)[3] === 1
    ? colour : element.parentElement ? painted(element.parentElement) : "rgb(255, 255, 255)";
};
return arguments[0].map(selector => {
  const element = document.querySelector(selector);
  const [dim, bright] = [light(getComputedStyle(element).color), light(painted(element))]
    .sort((one, other) => one - other);
  return [selector, (bright + 0.05) / (dim + 0.05)];
});
"""
PALE = [
    ".opblock-summary-method", ".info small .version", ".info .version-stamp .version",
    ".info .url", ".parameter__in", ".btn.cancel", ".btn.execute", ".header-col",
]  # fmt: skip
# As if somebody typed it: React listens to the event.
TYPE = """
const field = document.querySelector(arguments[0]);
const { set } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value");
set.call(field, arguments[1]);
field.dispatchEvent(new Event("input", { bubbles: true }));
"""
LINKS = "return [...document.querySelectorAll('nav a, link[rel=alternate]')].map(link => link.href)"


@pytest.fixture
def document(address: str) -> dict[str, Any]:
    with urlopen(f"{address}/openapi.json") as answer:  # noqa: S310
        found: dict[str, Any] = json.load(answer)
    return found


@pytest.fixture
def page(browser: Browser, address: str) -> Browser:
    browser.go(f"{address}/apidocs/")
    browser.until("return document.querySelector('.opblock') !== null")
    return browser


def open_operation(page: Browser, block: str, path: str) -> None:
    """Open it as with a click, and wait until it can be executed.

    swagger-ui shows the button before it has resolved the references, and does nothing if it is
    pressed in that second.
    """
    page.run(f"document.querySelector('#{block} .opblock-summary-control').click()")
    page.until(f"return document.querySelector('#{block} .opblock-body .execute') !== null")
    page.until(
        "return window.ui.getSystem().specSelectors"
        ".specResolvedSubtree(['paths', arguments[0], 'get']) !== undefined",
        path,
    )


def keep_screenshot(page: Browser, name: str) -> None:
    """Where a person wants to look: SCREENSHOTS names a folder."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(Path(folder) / f"{name}.png")


def test_every_operation_of_the_document_is_shown(page: Browser, document: dict[str, Any]) -> None:
    documented = {
        f"operations-{operation['tags'][0]}-{operation['operationId']}"
        for item in document["paths"].values()
        for method, operation in item.items()
        if method in {"get", "head", "post", "put", "patch", "delete", "options"}
    }
    shown = page.run(SHOWN)
    keep_screenshot(page, "apidocs")
    assert len(shown) == len(documented) > 10
    assert set(shown) == documented


def test_trying_out_list_figures_shows_a_200(page: Browser, address: str) -> None:
    open_operation(page, LIST_FIGURES, "/figures")
    page.run(f"document.querySelector('#{LIST_FIGURES} .execute').click()")
    status = page.until(
        f"return document.querySelector('#{LIST_FIGURES} .live-responses-table .response')"
        "?.querySelector('.response-col_status').textContent"
    )
    keep_screenshot(page, "list_figures")
    shown = page.run(
        f"return document.querySelector('#{LIST_FIGURES} .live-responses-table').textContent"
    )
    assert status.startswith("200"), shown
    assert "pagination" in shown
    assert any(sent.startswith(f"{address}/figures") for sent in page.requests())


def test_no_request_leaves_the_host_and_nothing_is_refused(page: Browser, address: str) -> None:
    open_operation(page, LIST_FIGURES, "/figures")
    sent = page.requests()
    assert f"{address}/openapi.json" in sent
    elsewhere = [where for where in sent if not where.startswith((f"{address}/", "data:"))]
    assert elsewhere == []
    assert page.errors() == []


def test_the_console_would_tell_of_what_the_policy_refuses(page: Browser) -> None:
    page.run("document.body.append(Object.assign(new Image(), {src: 'http://elsewhere.test/x'}))")
    said = wait_for(page.errors, "nothing was said")
    assert "Content Security Policy" in said[0]


def test_the_page_fits_a_phone(browser: Browser, address: str) -> None:
    browser.resize(*PHONE)
    browser.go(f"{address}/apidocs/")
    browser.until("return document.querySelector('.opblock') !== null")
    keep_screenshot(browser, "phone")
    assert browser.run(WIDTH) == [PHONE[0], PHONE[0]]
    open_operation(browser, LIST_FIGURES, "/figures")
    browser.run(f"document.querySelector('#{LIST_FIGURES}').scrollIntoView()")
    keep_screenshot(browser, "phone_operation")
    assert browser.run(WIDTH) == [PHONE[0], PHONE[0]]


def test_each_control_of_a_parameter_has_its_name(page: Browser) -> None:
    open_operation(page, LIST_FIGURES, "/figures")
    page.run(f'document.querySelector("{PROGRAM} .json-schema-form-item-add").click()')
    page.until(f'return document.querySelector("{PROGRAM} input[aria-label]") !== null')
    controls = page.run(CONTROLS, LIST_FIGURES)
    assert len(controls) > 100
    assert [found for found in controls if found[0] not in (found[1] or "")] == []
    ours = [called for name, called in controls if name == "program"]
    assert ours == ["program", "Remove item: program", "Add string item: program"]
    assert page.run("return document.querySelectorAll('select:not([aria-label])').length") == 0


def test_a_new_item_of_a_list_begins_with_the_example(page: Browser) -> None:
    open_operation(page, LIST_FIGURES, "/figures")
    page.run(f'document.querySelector("{PROGRAM} .json-schema-form-item-add").click()')
    begun = page.until(f'return document.querySelector("{PROGRAM} input")?.value')
    assert begun == "procompite"


def test_a_value_that_does_not_fit_is_sent_and_the_service_tells_what_is_wrong(
    page: Browser,
) -> None:
    open_operation(page, LIST_FIGURES, "/figures")
    field = f"#{LIST_FIGURES} tr[data-param-name='program__ne'] input"
    page.run(TYPE, field, "Procompite!")
    # It takes over what was typed a moment after.
    page.until(
        "return window.ui.getSystem().specSelectors.parameterValues(['/figures', 'get'])"
        ".toJS()['query.program__ne'] !== undefined"
    )
    page.run(f"document.querySelector('#{LIST_FIGURES} .execute').click()")
    told = page.until(
        f"return document.querySelector('#{LIST_FIGURES} .live-responses-table')?.textContent"
    )
    assert "'program__ne'" in told, told


def test_without_a_required_value_nothing_is_sent_and_its_field_is_marked(page: Browser) -> None:
    block = "operations-search-search"
    open_operation(page, block, "/search")
    page.requests()
    page.run(f"document.querySelector('#{block} .execute').click()")
    page.until(f"return document.querySelector('#{block} input.invalid') !== null")
    assert page.requests() == []
    assert page.errors() == []


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_the_page_has_the_colours_that_are_wanted_and_can_be_read(
    page: Browser, colours: str
) -> None:
    page.prefer(colours)
    page.until(
        "return document.documentElement.classList.contains('dark-mode') === arguments[0]",
        colours == "dark",
    )
    open_operation(page, LIST_FIGURES, "/figures")
    page.until("return document.querySelector('.header-col') !== null")
    keep_screenshot(page, f"apidocs_{colours}")
    pale = {what: round(by, 2) for what, by in page.run(CONTRASTS, PALE) if by < 4.5}
    assert pale == {}


def test_what_scrolls_is_reached_with_the_keyboard(page: Browser) -> None:
    open_operation(page, LIST_FIGURES, "/figures")
    page.until("return document.querySelector('pre.microlight') !== null")
    code = "return [...document.querySelectorAll('pre.microlight')].map(one => one.tabIndex)"
    assert set(page.run(code)) == {0}


def test_what_the_page_links_to_is_there(page: Browser, address: str) -> None:
    links = page.run(LINKS)
    assert len(links) == 6
    for link in links:
        assert link.startswith(f"{address}/")
        with urlopen(link) as answer:  # noqa: S310
            assert answer.status == 200


@pytest.fixture
def below(seeded: Path, tmp_path: Path) -> Iterator[str]:
    """Where a service is reached below a path that a proxy takes away."""
    prefix = "/base/path"
    apps: list[Flask] = []

    def proxy(environ: Any, start_response: Any) -> Any:
        path = environ["PATH_INFO"]
        if not path.startswith(f"{prefix}/"):
            return NotFound()(environ, start_response)
        return apps[0]({**environ, "PATH_INFO": path.removeprefix(prefix)}, start_response)

    server = make_server("127.0.0.1", 0, proxy, threaded=True)
    address = f"http://127.0.0.1:{server.port}{prefix}"
    database = Path(shutil.copy(seeded, tmp_path / "quipu.db"))
    apps.append(create_app(Settings(database=str(database), public_url=address)))
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield address
    server.shutdown()
    thread.join()
    server.server_close()
    apps[0].extensions["quipu"].store.close()


@pytest.mark.parametrize("page_of", ["/apidocs/", "/apidocs"])
def test_below_a_path_the_page_is_whole_and_asks_below_it(
    browser: Browser, below: str, page_of: str
) -> None:
    browser.go(f"{below}{page_of}")
    browser.until("return document.querySelector('.opblock') !== null")
    open_operation(browser, LIST_FIGURES, "/figures")
    browser.run(f"document.querySelector('#{LIST_FIGURES} .execute').click()")
    status = browser.until(
        f"return document.querySelector('#{LIST_FIGURES} .live-responses-table .response')"
        "?.querySelector('.response-col_status').textContent"
    )
    assert status.startswith("200")
    sent = [where for where in browser.requests() if not where.startswith("data:")]
    assert any(where.startswith(f"{below}/figures") for where in sent)
    assert [where for where in sent if not where.startswith(f"{below}/")] == []
    assert browser.errors() == []
