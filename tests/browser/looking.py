"""What is wrong with a page as it stands: barriers that axe finds, targets too small for a thumb, a page too wide."""

from __future__ import annotations

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
AXE = """async (tags) => {
  const found = await axe.run({ runOnly: tags, resultTypes: ["violations"], reporter: "v2", elementRef: false });
  return found.violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(" ")} ${node.html.slice(0, 120)} ${node.any.map((each) => each.message).join("; ").slice(0, 200)}`));
}"""  # noqa: E501

# A target is what a finger must hit: a control, with its label where that is what one taps. Links inside a sentence
# are read, not aimed at: WCAG 2.2 (2.5.8) leaves them out too.
SMALL = """() => {
  const least = document.body.classList.contains("room") ? 56 : 44;
  const controls = "a[href], button, summary, select, textarea, canvas, label.choice, input:not([type=hidden])";
  const isSeen = (one) => one.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true }) && !one.closest(".unseen, .skip");
  const isInline = (one) => getComputedStyle(one).display === "inline";
  const hasWords = (near) => near.textContent.trim() && (near.nodeType === 3 || (near.nodeType === 1 && isInline(near)));
  const amongWords = (one) => [...one.parentElement.childNodes].some((near) => near !== one && hasWords(near)) || (isInline(one.parentElement) && amongWords(one.parentElement));
  const inSentence = (one) => one.tagName === "A" && isInline(one) && amongWords(one);
  const area = (one) => {
    const label = one.closest("label.choice") ?? (one.matches("[type=checkbox], [type=radio]") ? one.labels?.[0] : null);
    return (label ?? one).getBoundingClientRect();
  };
  return [...document.querySelectorAll(controls)].filter((one) => isSeen(one) && !inSentence(one)).flatMap((one) => {
    const { width, height } = area(one);
    const [wide, high] = [Math.round(width), Math.round(height)];
    if (!wide || !high || (wide >= least - 0.5 && high >= least - 0.5)) return [];
    const words = (one.innerText || one.getAttribute("aria-label") || one.name || "").trim().slice(0, 30);
    return [`target ${wide}×${high} (least ${least}): ${one.tagName.toLowerCase()}.${one.className} “${words}”`];
  });
}"""  # noqa: E501
TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
ARRIVED = """() => {
  const came = (one) => !one.querySelector(`:scope > p > a[href="${CSS.escape(one.getAttribute("hx-get"))}"]`);
  return !document.querySelector(".htmx-request") && [...document.querySelectorAll("[hx-trigger=load]")].every(came);
}"""


def barriers(page: Page) -> list[str]:
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return page.evaluate(AXE, WCAG)


def small_targets(page: Page) -> list[str]:
    return page.evaluate(SMALL)


def too_wide(page: Page) -> list[str]:
    pixels = page.evaluate(TOO_WIDE)
    return [f"{pixels} pixels wider than the screen"] if pixels > 0 else []


def pieces_have_come(page: Page) -> None:
    """What the page fetches after it was opened is there."""
    page.wait_for_function(ARRIVED)
