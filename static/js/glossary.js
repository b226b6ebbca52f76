// The meaning of a marked word beside it. Without this the link jumps to the list of words, and from there back.
export function startGlossary(list = document.querySelector("[data-words]")) {
  if (!list || !("popover" in HTMLElement.prototype)) return;
  const box = document.createElement("div");
  box.className = "meaning";
  box.popover = "auto";   // Escape and a press elsewhere close it, and the focus goes back
  box.tabIndex = -1;
  for (const [name, value] of [["role", "dialog"], ["aria-labelledby", "meaning-name"], ["aria-describedby", "meaning-words"]]) box.setAttribute(name, value);
  document.body.append(box);
  let open = null;

  const fill = (link, entry) => {
    const name = document.createElement("p");
    name.id = "meaning-name";
    name.textContent = entry.querySelector("[data-word-name]").textContent;
    const words = document.createElement("div");
    words.id = "meaning-words";
    words.lang = name.lang = entry.closest("[lang]").lang;
    words.append(...[...entry.querySelector("[data-word]").childNodes].map((node) => node.cloneNode(true)));
    const acts = document.createElement("p");
    const there = document.createElement("a");
    there.href = link.hash;
    there.textContent = list.dataset.listLabel;
    there.addEventListener("click", () => box.hidePopover());
    const close = document.createElement("button");
    close.type = "button";
    close.className = "linkbtn";
    close.textContent = list.dataset.closeLabel;
    close.addEventListener("click", () => box.hidePopover());
    acts.append(there, close);
    box.replaceChildren(name, words, acts);
  };

  // Under the word or else over it, whole inside the window.
  const place = (link) => {
    const { left, top, bottom } = link.getClientRects()[0];
    const { offsetWidth: width, offsetHeight: height } = box;
    const under = bottom + 6 + height <= innerHeight ? bottom + 6 : top - 6 - height;
    box.style.left = `${Math.max(8, Math.min(left, document.documentElement.clientWidth - width - 8))}px`;
    box.style.top = `${Math.max(8, Math.min(under, innerHeight - height - 8))}px`;
  };

  for (const link of document.querySelectorAll("a.gloss")) {
    link.setAttribute("aria-haspopup", "dialog");
    link.setAttribute("aria-expanded", "false");
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a.gloss");
    const entry = link && document.getElementById(link.hash.slice(1));
    if (!entry || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (event.detail && !getSelection().isCollapsed) return;   // words were being selected
    link.focus({ preventScroll: true });
    fill(link, entry);
    box.showPopover();
    place(link);
    box.focus({ preventScroll: true });
    link.setAttribute("aria-expanded", "true");
    open = link;
  });
  box.addEventListener("toggle", (event) => {
    if (event.newState === "closed") open?.setAttribute("aria-expanded", "false");
  });
  addEventListener("scroll", (event) => { if (event.target !== box && box.matches(":popover-open")) box.hidePopover(); }, { passive: true, capture: true });
}
