from playwright.sync_api import sync_playwright

from tests.services.chromium import Chromium


def test_it_shows_a_page(chromium: Chromium) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.path, args=list(chromium.arguments), chromium_sandbox=False
        )
        page = browser.new_page()
        page.set_content("<title>门禁</title><p>1号给水泵</p>")
        assert page.title() == "门禁"
        assert page.locator("p").inner_text() == "1号给水泵"
        browser.close()
