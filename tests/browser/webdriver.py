"""A real Chromium, driven over W3C WebDriver: JSON over HTTP to chromedriver, and no package."""

import base64
import json
import re
import subprocess
import time
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Self

# Chromium asks nothing of any host by itself, and finds none but this one.
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)


class Browser:
    """One session of a browser; used in a `with`, which ends it."""

    def __init__(self, driver: str, profile: Path) -> None:
        self.process = subprocess.Popen(
            [driver, "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self.port = self._started()
        options = {"args": [*ARGUMENTS, f"--user-data-dir={profile}"]}
        wanted = {
            "browserName": "chrome",
            "goog:chromeOptions": options,
            "goog:loggingPrefs": {"performance": "ALL", "browser": "ALL"},
        }
        self.session = ""
        found = self._ask("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self.session = f"/session/{found['sessionId']}"
        # What Chromium's own first page asked for is no concern of ours.
        self.go("about:blank")
        self.requests()
        self.errors()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._ask("DELETE", "")
        finally:
            self.process.terminate()
            self.process.wait(10)
            if self.process.stdout:
                self.process.stdout.close()

    def go(self, address: str) -> None:
        self._ask("POST", "/url", {"url": address})

    def run(self, script: str, *arguments: Any) -> Any:
        """What a function body in JavaScript returns."""
        return self._ask("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def until(self, script: str, *arguments: Any, seconds: float = 20) -> Any:
        """What the script returns as soon as that is something."""
        return wait_for(lambda: self.run(script, *arguments), script, seconds)

    def resize(self, width: int, height: int) -> None:
        """As a phone of that many CSS pixels shows it."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": 2, "mobile": True}
        self._emulate("setDeviceMetricsOverride", metrics)

    def prefer(self, colours: str) -> None:
        """As for somebody who wants `light` or `dark` pages."""
        wanted = {"features": [{"name": "prefers-color-scheme", "value": colours}]}
        self._emulate("setEmulatedMedia", wanted)

    def screenshot(self, path: Path) -> None:
        path.write_bytes(base64.b64decode(self._ask("GET", "/screenshot")))

    def errors(self) -> list[str]:
        """Each error of the console since it was last asked, the policy's refusals among them."""
        entries = self._ask("POST", "/se/log", {"type": "browser"})
        return [entry["message"] for entry in entries if entry["level"] == "SEVERE"]

    def requests(self) -> list[str]:
        """The address of every request since it was last asked."""
        events = [
            json.loads(entry["message"])["message"]
            for entry in self._ask("POST", "/se/log", {"type": "performance"})
        ]
        return [
            event["params"]["request"]["url"]
            for event in events
            if event["method"] == "Network.requestWillBeSent"
        ]

    def _emulate(self, what: str, parameters: dict[str, Any]) -> None:
        command = {"cmd": f"Emulation.{what}", "params": parameters}
        self._ask("POST", "/goog/cdp/execute", command)

    def _started(self) -> int:
        assert self.process.stdout
        for line in self.process.stdout:
            if found := re.search(r"started successfully on port (\d+)", line):
                return int(found[1])
        raise RuntimeError("chromedriver did not start")

    def _ask(self, method: str, path: str, content: Any = None) -> Any:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            body = None if content is None else json.dumps(content)
            connection.request(method, self.session + path if self.session else path, body)
            value = json.loads(connection.getresponse().read())["value"]
        finally:
            connection.close()
        if isinstance(value, dict) and "error" in value:
            raise RuntimeError(f"{value['error']}: {value['message']}")
        return value


def wait_for(look: Callable[[], Any], what: str, seconds: float = 20) -> Any:
    """What `look` finds as soon as that is something; fails with `what` when it is not in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.1)
    raise TimeoutError(what)
