// The box in which a marked word's entry stands beside it.
const box = document.createElement("div");
box.className = "meaning";
box.popover = "auto";   // Escape and a press elsewhere close it, and the focus goes back
box.tabIndex = -1;
box.setAttribute("role", "dialog");
box.setAttribute("aria-labelledby", "meaning-name");
box.setAttribute("aria-describedby", "meaning-words");
document.body.append(box);
let open = null;
box.addEventListener("toggle", (event) => {
  if (event.newState === "closed") open?.setAttribute("aria-expanded", "false");
});
addEventListener("scroll", (event) => {
  if (event.target !== box && box.matches(":popover-open")) box.hidePopover();
}, { passive: true, capture: true });

function act(element, words) {
  element.textContent = words;
  element.addEventListener("click", () => box.hidePopover());
  return element;
}

function fill(link, entry, labels) {
  const name = document.createElement("p");
  name.id = "meaning-name";
  name.textContent = entry.querySelector("[data-word-name]").textContent;
  const words = document.createElement("div");
  words.id = "meaning-words";
  words.lang = name.lang = entry.closest("[lang]").lang;
  words.append(...[...entry.querySelector("[data-word]").childNodes].map((node) => node.cloneNode(true)));
  const acts = document.createElement("p");
  const there = act(document.createElement("a"), labels.listLabel);
  there.href = link.hash;
  const close = act(document.createElement("button"), labels.closeLabel);
  close.type = "button";
  close.className = "linkbtn";
  acts.append(there, close);
  box.replaceChildren(name, words, acts);
}

// Under the word or else over it, whole inside the window.
function place(link) {
  const { left, top, bottom } = link.getClientRects()[0];
  const { offsetWidth: width, offsetHeight: height } = box;
  const under = bottom + 6 + height <= innerHeight ? bottom + 6 : top - 6 - height;
  box.style.left = `${Math.max(8, Math.min(left, document.documentElement.clientWidth - width - 8))}px`;
  box.style.top = `${Math.max(8, Math.min(under, innerHeight - height - 8))}px`;
}

export function show(link, entry, labels) {
  link.focus({ preventScroll: true });
  fill(link, entry, labels);
  box.showPopover();
  place(link);
  box.focus({ preventScroll: true });
  open?.setAttribute("aria-expanded", "false");
  link.setAttribute("aria-expanded", "true");
  open = link;
}
