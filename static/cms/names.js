// Fields of Wagtail's that a screen reader would announce without a name: rich texts, which belong to no label, and the
// field in which tags are typed, which stands in for the one that its label names. Blocks come and go, so it looks again.
const RICH = ".public-DraftEditor-content:not([aria-labelledby])";
const TAGS = ".tagit-new input:not([aria-label])";

let waits = false;
new MutationObserver(() => {
  if (waits) return;
  waits = true;
  requestAnimationFrame(() => {
    waits = false;
    name();
  });
}).observe(document.body, { childList: true, subtree: true });
name();

function name() {
  for (const text of document.querySelectorAll(RICH)) {
    const label = labelOf(text);
    if (label) text.setAttribute("aria-labelledby", label.id);
  }
  for (const input of document.querySelectorAll(TAGS)) {
    const label = input.closest("[data-field-wrapper]")?.querySelector(".w-field__label");
    if (label) input.ariaLabel = label.textContent.trim();
  }
}

// Its own label, as a part of a block has one; where a block is nothing but its text, the heading of the block.
function labelOf(text) {
  const own = text.closest("[data-field-wrapper]")?.querySelector(".w-field__label");
  const label = own ?? document.getElementById(text.closest("[data-panel]")?.getAttribute("aria-labelledby"));
  if (label && !label.id) label.id = `name-${crypto.randomUUID?.() ?? Math.random().toString(36).slice(2)}`;
  return label;
}
