"""A real browser for tests: Debian's chromium, driven by playwright.

`tests/conftest.py` makes it a fixture of every test, once. Without chromium the tests that need it
are skipped, except in CI (CI=true), where they fail.
"""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A running chromium, one for the whole test run; give each test its own context."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        why = "no chromium on PATH: `apt-get install chromium` to run the browser tests"
        if os.environ.get("CI") == "true":
            pytest.fail(why)
        pytest.skip(why)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield launched
        launched.close()
