// Answers to comments: each keeps itself, apart from the draft, and goes along with the next hand-in. Until the school has
// it, it is kept on this device, also while it waits for a choice. Whenever what is said may have changed, the document
// hears "replies:changed".
import { send } from "../http.js";
import { digest } from "./canonical.js";

const PAUSE = 900;
const RETRY = 5000;

const forms = [...document.querySelectorAll("form[data-reply]")];
const cards = new Map(forms.map((form) => [form, {
  saved: said(form), timer: null, running: null, going: 0, stopped: false, keeping: Promise.resolve(), kept: false,
}]));
let store = null;

function said(form) {
  return JSON.stringify([form.elements.stance.value, form.elements.text.value]);
}

// The comments to which nothing is said yet, as [{ id, name }]: in the order of the page.
export function unanswered() {
  const open = forms.filter((form) => form.elements.rev.value === "0" && form.elements.stance.value === "");
  return open.map((form) => {
    const item = form.closest("li");
    return { id: item.id, name: item.querySelector("b").textContent };
  });
}

// Sends what is unsaved. True when the school has all that is said, so also not where it refused some of it.
export async function settled() {
  await Promise.all(forms.map((form) => save(form)));
  return forms.every((form) => !differs(form));
}

// Words without a choice wait for it.
const differs = (form) => form.elements.stance.value !== "" && said(form) !== cards.get(form).saved;
const unsaved = (form, card) => !card.stopped && differs(form);

function tell(form, words) {
  form.querySelector("[data-reply-state]").textContent = words;
}

// ---------------------------------------------------------------------------------------------------- on this device

const slot = (form) => `reply/${form.closest("li").id}`;

// One after the other, or the older words could be those that stay.
function keep(form) {
  const card = cards.get(form);
  if (!store) return;
  card.kept = false;
  card.keeping = card.keeping.then(async () => {
    const now = said(form);
    if (now === card.saved) return store.remove(slot(form));
    const [stance, text] = JSON.parse(now);
    card.kept = await store.put(slot(form), await digest(now), { stance, text, rev: form.elements.rev.value });
  });
}

// Begins to keep answers in this store, and takes up those that an earlier page left unsent.
export async function keepIn(place) {
  store = place;
  const copies = new Map((await place.all()).map((copy) => [copy.slot, copy.value]));
  for (const form of forms) {
    const copy = copies.get(slot(form));
    // What she says on this page already is newer.
    if (copy && said(form) === cards.get(form).saved) takeUp(form, copy);
    if (said(form) !== cards.get(form).saved) keep(form);
  }
}

function takeUp(form, { stance, text, rev }) {
  const { elements } = form;
  // Where she answered elsewhere meanwhile, that choice stands, and both texts do.
  const goesOn = rev === elements.rev.value || text.startsWith(elements.text.value);
  elements.text.value = goesOn ? text : `${elements.text.value}\n\n${text}`;
  if (rev === elements.rev.value || !elements.stance.value) elements.stance.value = stance;
  changed(form);
}

// -------------------------------------------------------------------------------------------------------- to the school

async function save(form, { leaving = false } = {}) {
  const card = cards.get(form);
  clearTimeout(card.timer);
  while (card.running && !leaving) await card.running;
  if (!unsaved(form, card)) return;
  card.going += 1;
  const running = post(form, card, leaving).finally(() => {
    card.going -= 1;
    if (card.running === running) card.running = null;
  });
  card.running = running;
  await running;
}

async function post(form, card, keepalive) {
  const sent = said(form), upon = form.elements.rev.value;
  const body = new FormData(form);
  body.delete("csrfmiddlewaretoken");      // that of the header is newer
  tell(form, form.dataset.saving);
  const again = (words, after = RETRY) => {
    tell(form, words);
    clearTimeout(card.timer);
    card.timer = setTimeout(() => save(form), after);
  };
  let answer, told;
  try {
    answer = await send(form.getAttribute("action"), { body, headers: { Accept: "application/json" }, keepalive });
    told = (answer.headers.get("Content-Type") ?? "").startsWith("application/json") ? await answer.json() : null;
  } catch {
    again(waits(form));
    return;
  }
  if (answer.status === 401 || answer.redirected) again(form.dataset.signedOut);
  else if (answer.status >= 500 || answer.status === 429) again(waits(form));
  // What was sent in haste, as the page was left, can cross with a save of this very page: that changed it, nobody else.
  else if (answer.status === 412 && (card.going > 1 || form.elements.rev.value !== upon)) {
    again(form.dataset.saving, PAUSE);
  } else if (!answer.ok) {
    card.stopped = true;      // changed elsewhere, or not possible now: the words stay in the page
    tell(form, told?.saved ?? form.dataset.failed);
  } else {
    card.saved = sent;
    form.elements.rev.value = told.rev;
    tell(form, told.saved);
    keep(form);
    if (unsaved(form, card)) card.timer = setTimeout(() => save(form), PAUSE);
  }
}

const waits = (form) => (cards.get(form).kept ? form.dataset.here : form.dataset.failed);

function changed(form) {
  const card = cards.get(form);
  keep(form);
  if (form.elements.stance.value === "" && form.elements.text.value) tell(form, form.dataset.choose);
  document.dispatchEvent(new Event("replies:changed"));
  clearTimeout(card.timer);
  card.timer = setTimeout(() => save(form), PAUSE);
}

for (const form of forms) {
  for (const button of form.querySelectorAll("[data-without-script]")) button.hidden = true;
  form.addEventListener("input", () => changed(form));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    save(form);
  });
}
// What was typed last goes along even when the page is left at once.
addEventListener("pagehide", () => { for (const form of forms) save(form, { leaving: true }); });
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") for (const form of forms) save(form, { leaving: true });
});
addEventListener("beforeunload", (event) => {
  const loose = (form) => said(form) !== cards.get(form).saved && (cards.get(form).stopped || !cards.get(form).kept);
  if (forms.some(loose)) event.preventDefault();
});
document.addEventListener("focusin", (event) => {
  for (const form of forms) if (!form.contains(event.target)) save(form);
});
