"""A real Chromium against a real server: pages that talk to nobody else and never complain on the console."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

# A busy machine may take its time; what is wrong stays wrong for longer than this.
expect.set_options(timeout=15_000)

CHROMIUM = Path("/usr/bin/chromium")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--no-first-run",
]


def pytest_collection_modifyitems(items):
    missing = pytest.mark.skip(reason="Chromium is not installed")
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if not CHROMIUM.exists():
                item.add_marker(missing)


@pytest.fixture(scope="session")
def chromium():
    # Playwright's synchronous interface runs an event loop in this thread, which Django would take for async code.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=QUIET)
        yield browser
        browser.close()


def is_complaint(message) -> bool:
    """Tell whether a line of the console says that a page is broken; a form that came back refused is none."""
    return message.type == "error" and not message.text.endswith("a status of 400 (Bad Request)")


@pytest.fixture
def open_page(chromium: Browser, live_server, settings):
    """Give a function that opens a page; afterwards nothing may have been asked elsewhere or written to the console."""
    settings.WHITENOISE_USE_FINDERS = True
    complaints: list[str] = []
    contexts = []

    def open_page(*, width=360, height=740, scheme="light", locale="en-GB", javascript=True, motion="reduce"):
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            is_mobile=width < 640,
            has_touch=width < 640,
            color_scheme=scheme,
            reduced_motion=motion,
            locale=locale,
            java_script_enabled=javascript,
            device_scale_factor=2,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: complaints.append(message.text) if is_complaint(message) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((live_server.url, "data:"))
                else complaints.append(f"asked {request.url}")
            ),
        )
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def enter_cockpit(open_page):
    """Give a function that logs Ada in, whom the test has made, and shows her the dashboard."""

    def enter_cockpit(**look) -> Page:
        page = open_page(**{"width": 1440, "height": 900, **look})
        page.goto("/cockpit/")
        page.get_by_label("Username").fill("ada")
        page.get_by_label("Password").fill("open-sesame")
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("heading", name="Dashboard")).to_be_visible()
        return page

    return enter_cockpit
