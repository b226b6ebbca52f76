// Why work is late, missing or has more time, beside the note that says so: while it is pointed at, has the focus, or is
// pressed. Escape closes it. Without a script the note's own press does. On the class board, whose cells are links, the
// words are fetched when somebody asks for them: hundreds of them would weigh more than the board.
const AWAY = 200;   // milliseconds in which the pointer may go from the note to the words
const reasons = new Map();
let shown = null, leaving = null, wasOpen = false, fetched = null;

const noteAt = (target) => target.closest?.("button.why, [data-why]");
const isOpen = () => shown?.box.matches(":popover-open") ?? false;

function boxForFetched() {
  if (fetched) return fetched;
  fetched = document.createElement("div");
  fetched.className = "why-words";
  fetched.id = "why-words";
  fetched.popover = "auto";
  fetched.setAttribute("role", "tooltip");
  (document.querySelector("main") ?? document.body).append(fetched);
  watch(fetched);
  return fetched;
}

// Pointing at the words keeps them, and leaving them lets them go.
function watch(box) {
  if (box.dataset.watched) return;
  box.dataset.watched = "";
  box.addEventListener("pointerenter", () => clearTimeout(leaving));
  box.addEventListener("pointerleave", leave);
}

async function reason(note) {
  const from = note.closest("[data-why-from]").dataset.whyFrom;
  const id = note.getAttribute("href").match(/[0-9a-f-]{36}/)[0];
  if (!reasons.has(id)) {
    const answer = await fetch(from.replace(/[0-9a-f-]{36}/, id), { headers: { Accept: "application/json" }, credentials: "same-origin" });
    if (!answer.ok) return "";
    reasons.set(id, (await answer.json()).timing.explanation);
  }
  return reasons.get(id);
}

// Under the note or else over it, whole inside the window.
function place() {
  const { left, top, bottom } = shown.note.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = shown.box;
  const under = bottom + 4 + height <= innerHeight ? bottom + 4 : top - 4 - height;
  shown.box.style.left = `${Math.max(8, Math.min(left, document.documentElement.clientWidth - width - 8))}px`;
  shown.box.style.top = `${Math.max(8, Math.min(under, innerHeight - height - 8))}px`;
}

async function show(note) {
  clearTimeout(leaving);
  if (shown?.note === note && isOpen()) return;
  hide();
  const box = note.popoverTargetElement ?? boxForFetched();
  const mine = shown = { note, box };
  if (box === fetched) {
    const words = await reason(note).catch(() => "");
    if (!words || shown !== mine || !note.isConnected) return;
    box.textContent = words;
    note.setAttribute("aria-describedby", box.id);
  }
  watch(box);
  box.showPopover();
  place();
}

function hide() {
  clearTimeout(leaving);
  if (isOpen()) shown.box.hidePopover();
  shown = null;
}

function leave() {
  clearTimeout(leaving);
  leaving = setTimeout(() => { if (shown && document.activeElement !== shown.note) hide(); }, AWAY);
}

if ("popover" in HTMLElement.prototype) {
  document.addEventListener("pointerover", (event) => {
    const note = event.pointerType === "mouse" && noteAt(event.target);
    if (note) show(note);
  });
  document.addEventListener("pointerout", (event) => {
    const note = noteAt(event.target);
    if (note && !note.contains(event.relatedTarget)) leave();
  });
  document.addEventListener("focusin", (event) => {
    const note = noteAt(event.target);
    if (note) show(note);
  });
  document.addEventListener("focusout", (event) => { if (shown?.note === event.target) hide(); });
  // A press that brings the focus has opened it already: only the next one closes it.
  document.addEventListener("pointerdown", (event) => { wasOpen = isOpen() && shown.note === noteAt(event.target); }, { capture: true });
  document.addEventListener("click", (event) => {
    const note = event.target.closest?.("button.why");
    if (!note) return;
    event.preventDefault();
    const open = event.detail ? wasOpen : isOpen() && shown.note === note;
    if (open) hide(); else show(note);
  });
  addEventListener("scroll", () => { if (isOpen()) place(); }, { passive: true, capture: true });
  document.addEventListener("board:changed", () => { reasons.clear(); if (shown && !shown.note.isConnected) hide(); });
}
