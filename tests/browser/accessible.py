"""axe-core on a page that is open."""

from playwright.sync_api import Page

from tests.browser.canned import PAGES

AXE = PAGES / "node_modules" / "axe-core" / "axe.min.js"
RUN = "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"


def findings(page: Page) -> list[str]:
    """What is serious or worse, with where."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(RUN)
    return [
        f"{each['impact']} {each['id']}: {[node['html'][:160] for node in each['nodes'][:4]]}"
        for each in found
        if each["impact"] in {"serious", "critical"}
    ]
