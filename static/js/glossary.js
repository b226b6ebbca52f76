// The meaning of a marked word beside it: meaning.js shows it, and comes when the first word is pressed. Where it cannot
// come the link does what it does without a script: it jumps to the list of words, and from there back.
let meaning = null;

export function startGlossary(list = document.querySelector("[data-words]")) {
  if (!list || !("popover" in HTMLElement.prototype)) return;
  for (const link of document.querySelectorAll("a.gloss")) {
    link.setAttribute("aria-haspopup", "dialog");
    link.setAttribute("aria-expanded", "false");
  }
  document.addEventListener("click", async (event) => {
    const link = event.target.closest?.("a.gloss");
    const entry = link && document.getElementById(link.hash.slice(1));
    if (!entry || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (event.detail && !getSelection().isCollapsed) return;   // words were being selected
    // Once it is here, the box opens within the press itself: keys that follow at once find it.
    meaning ??= await import("./meaning.js").catch(() => null);
    if (meaning) meaning.show(link, entry, list.dataset);
    else location.hash = link.hash;
  });
}
