"""What axe finds on a page of the console."""

from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "frontend/node_modules/axe-core/axe.min.js"
# Findings that are ours, as "rule: element": landmarks are the frame's, and what Home Assistant's own elements
# are made of is known to its own people.
OURS = """async (only) => {
    const found = await axe.run(document, {
        resultTypes: ["violations"],
        ...(only ? {runOnly: [only]} : {rules: {region: {enabled: false}}}),
    });
    return found.violations.flatMap(rule => rule.nodes
        .map(node => node.target.flat().join(" "))
        .filter(target => / ?isg-[a-z-]+ (?!.*\\bha-)/.test(target))
        .map(target => `${rule.id}: ${target}`));
}"""


def faults(page: Page, only: str | None = None) -> list[str]:
    """Return what is not accessible on the page as it is now, perhaps by one rule only."""
    if not page.evaluate("'axe' in window"):
        page.add_script_tag(path=AXE)
    found: list[str] = page.evaluate(OURS, only)
    return found
