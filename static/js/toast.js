// A short word at the foot of the page, with an act to take it back. It stays while it is pointed at or focused.
const STAYS = 8000;

function shelf() {
  let shelf = document.querySelector(".toasts");
  if (!shelf) {
    shelf = document.createElement("div");
    shelf.className = "toasts";
    shelf.setAttribute("role", "status");
    document.body.append(shelf);
  }
  return shelf;
}

function keep(toast, stays) {
  let timer;
  const leave = () => toast.remove();
  const start = () => { timer = setTimeout(leave, stays); };
  const hold = () => clearTimeout(timer);
  for (const name of ["pointerenter", "focusin"]) toast.addEventListener(name, hold);
  for (const name of ["pointerleave", "focusout"]) toast.addEventListener(name, start);
  start();
}

export function toast(words, { undo = null, undoLabel = "", stays = STAYS } = {}) {
  const box = document.createElement("div");
  box.className = "toast";
  const text = document.createElement("p");
  text.textContent = words;
  box.append(text);
  if (undo) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = undoLabel;
    button.addEventListener("click", () => { box.remove(); undo(); });
    box.append(button);
  }
  shelf().append(box);
  keep(box, stays);
  return box;
}
