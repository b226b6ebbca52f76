// One question of everybody: each student's marks and comments save themselves upon their own version.
import { startComments } from "./comments.js";
import { csrfToken, send } from "./http.js";
import { chooseLevel } from "./levels.js";
import { announce } from "./links.js";
import { goOn, inTurn } from "./turns.js";

const PAUSE = 900;
const RETRY = 5000;
const line = document.querySelector("[data-save]");
const cards = new Map();      // form -> { saved, timer, running, stopped, theirs }
const notes = startComments({ say, drawn, refused });

function say(said, kind = "") {
  line.className = `save ${kind}`;
  line.textContent = said;
}

function fingerprint(form) {
  const data = new FormData(form);
  for (const name of ["csrfmiddlewaretoken", "version"]) data.delete(name);
  return JSON.stringify([...data]);
}

const unsaved = (form, card) => card.running !== null || fingerprint(form) !== card.saved;

async function save(form) {
  const card = cards.get(form);
  clearTimeout(card.timer);
  while (card.running) await card.running;
  if (!unsaved(form, card)) return true;
  if (card.stopped) return false;
  return start(form, card, null);
}

function start(form, card, button) {
  card.running = inTurn(() => post(form, card, button)).finally(() => { card.running = null; });
  return card.running;
}

function later(form, card, said) {
  say(said, "save--not");
  card.timer = setTimeout(() => save(form), RETRY);
  return false;
}

async function post(form, card, button) {
  const sent = fingerprint(form);
  const body = new FormData(form, button);
  body.delete("csrfmiddlewaretoken");      // that of the header is newer
  say(line.dataset.saving, "save--here");
  let answer, told;
  try {
    answer = await send(form.getAttribute("action"), { body, headers: { Accept: "application/json" } });
    told = (answer.headers.get("Content-Type") ?? "").startsWith("application/json") ? await answer.json() : null;
  } catch {
    return later(form, card, line.dataset.failed);
  }
  if (answer.status === 401 || answer.redirected) return later(form, card, line.dataset.signedOut);
  if (answer.status >= 500 || answer.status === 429) return later(form, card, line.dataset.failed);
  const wrong = form.querySelector("[data-error]");
  wrong.hidden = answer.ok || Boolean(told?.conflict);
  wrong.textContent = wrong.hidden ? "" : told?.error ?? line.dataset.failed;
  if (!answer.ok) {
    // Changed elsewhere, or held by a colleague: what was typed stays, and is not sent again before somebody chose.
    card.stopped = answer.status === 409 || answer.status === 412;
    say(told?.saved ?? line.dataset.failed, "save--not");
    if (told?.conflict) {
      card.theirs = told;
      const place = form.querySelector("[data-conflict]");
      place.innerHTML = told.conflict;      // our own template's words, escaped there
      if (form.contains(document.activeElement)) place.querySelector("[tabindex]").focus();
    } else {
      refused(told, form.closest("[data-work]"));
      announce(wrong.textContent);
    }
    return false;
  }
  card.saved = sent;
  if (card.stopped) chosen(form, card);
  drawn(told, form.closest("[data-work]"));
  showScores(form, told.scores);
  say(told.saved);
  if (fingerprint(form) !== card.saved) card.timer = setTimeout(() => save(form), PAUSE);
  return true;
}

// What a save changed besides its own words: the version that this student's marks are saved upon, and what can be returned.
function drawn(told, work) {
  document.querySelector("[data-returns]").innerHTML = told.returns;
  goOn(work.querySelector("form[data-question-marks]").elements.version, told);
  for (const field of document.querySelectorAll('input[name="csrfmiddlewaretoken"]')) field.value = csrfToken();
}

// Who holds the work, where that is why.
function refused(told, work) {
  if (told?.held) work.querySelector("[data-held]").innerHTML = told.held;
}

function showScores(form, scores) {
  for (const place of form.querySelectorAll("[data-score]")) place.textContent = scores[place.dataset.score] ?? place.textContent;
}

// The choice is made, and saving goes on.
function chosen(form, card) {
  card.stopped = false;
  card.theirs = null;
  form.querySelector("[data-conflict]").replaceChildren();
  form.closest("[data-line]").focus();
}

function takeTheirs(form, card) {
  for (const [name, value] of Object.entries(card.theirs.theirs)) {
    const field = form.elements.namedItem(name);
    if (field) field.value = value;
  }
  form.elements.version.value = card.theirs.version;
  showScores(form, card.theirs.scores);
  card.saved = fingerprint(form);
  chosen(form, card);
  say("");
}

for (const form of document.querySelectorAll("form[data-question-marks]")) {
  const card = { saved: fingerprint(form), timer: null, running: null, stopped: false, theirs: null };
  cards.set(form, card);
  form.addEventListener("input", () => {
    clearTimeout(card.timer);
    if (card.stopped || !unsaved(form, card)) return;
    say(line.dataset.unsaved, "save--here");
    card.timer = setTimeout(() => save(form), PAUSE);
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation();
    if (event.submitter?.name !== "over") {
      save(form);
      return;
    }
    const button = event.submitter;
    while (card.running) await card.running;
    start(form, card, button);
  });
  form.addEventListener("click", (event) => {
    if (!card.theirs || !event.target.closest("[data-take-theirs]")) return;
    event.preventDefault();
    event.stopPropagation();
    takeTheirs(form, card);
  });
}
for (const element of document.querySelectorAll("[data-without-script]")) element.hidden = true;
for (const element of document.querySelectorAll("[data-with-script]")) element.hidden = false;

// Work that became a colleague's while something was typed is taken over from here, so that the words stay.
async function takeOver(claim, form, card) {
  const wrong = form.querySelector("[data-error]");
  const body = new FormData(claim);
  body.delete("csrfmiddlewaretoken");
  let told = null;
  try {
    const answer = await send(claim.action, { body, headers: { Accept: "application/json" } });
    told = answer.redirected ? null : await answer.json();
    if (answer.ok && told) {
      wrong.hidden = true;
      document.querySelector(`[data-held="${form.id}"]`).replaceChildren();
      card.stopped = false;
      form.closest("[data-line]").focus();
      await save(form);
      notes.resume(form.closest("[data-work]"));
      await notes.save(form.closest("[data-work]"));
      return;
    }
  } catch { /* said below */ }
  wrong.hidden = false;
  wrong.textContent = told?.error ?? told?.saved ?? line.dataset.failed;
}

document.addEventListener("submit", async (event) => {
  const claim = event.target.closest?.("[data-claim]");
  if (!claim || !dirty()) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const form = document.getElementById(claim.dataset.claim);
  const card = cards.get(form);
  if (unsaved(form, card) || notes.dirty(form.closest("[data-work]"))) takeOver(claim, form, card);
  else if (await saveAll()) claim.submit();
  else stay();
}, { capture: true });

async function saveAll() {
  let whole = true;
  for (const form of cards.keys()) whole = (await save(form)) && whole;
  return (await notes.save()) && whole;
}

// Why the page is not left: whose marks or comments are not saved, and beside them what is wrong.
function stay() {
  const [marks] = [...cards].find(([form, card]) => unsaved(form, card)) ?? [];
  const form = marks ?? notes.unsaved();
  if (!form) return;
  const { name } = form.closest("[data-work]").querySelector("form[data-question-marks]").dataset;
  say((marks ? line.dataset.stays : line.dataset.staysComment).replace("{name}", name), "save--not");
  const place = marks ? form.querySelector("[data-conflict-shown]") ?? form.closest("[data-line]") : form.elements.body;
  place.focus();
  place.scrollIntoView({ block: "nearest" });
}

const dirty = () => [...cards].some(([form, card]) => unsaved(form, card)) || notes.dirty();
addEventListener("beforeunload", (event) => { if (dirty()) event.preventDefault(); });
addEventListener("online", saveAll);
document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("a[href]");
  if (!link || link.target || event.ctrlKey || event.metaKey || event.shiftKey || !dirty()) return;
  if (link.getAttribute("href").startsWith("#")) return;
  event.preventDefault();
  if (await saveAll()) location.assign(link.href);
  else stay();
});

// --- What changed ---

// Comparing takes its time, and is asked for when it is opened; without an answer the link does the same.
for (const folded of document.querySelectorAll("details[data-since]")) {
  folded.addEventListener("toggle", async () => {
    const [waits, link] = [folded.querySelector("[role=status]"), folded.querySelector("a")];
    if (!folded.open || !waits) return;
    let told = null;
    try {
      const answer = await send(folded.dataset.since, { method: "GET", headers: { Accept: "application/json" } });
      if (answer.ok) told = await answer.json();
    } catch { /* the link is shown */ }
    if (told) waits.parentElement.outerHTML = told.html;      // our own template's words, escaped there
    waits.hidden = true;
    link.hidden = false;
  });
}

const lines = [...document.querySelectorAll("[data-line]")];
const fields = () => [...document.querySelectorAll("[data-points]:enabled, [data-levels] input:checked:enabled")];

const here = () => lines.find((each) => each.contains(document.activeElement));

function step(by) {
  const next = lines[Math.min(lines.length - 1, Math.max(0, lines.indexOf(here()) + by))];
  next?.focus();
  next?.scrollIntoView({ block: "start" });
}

async function go(rel) {
  const link = document.querySelector(`link[rel="${rel}"]`);
  if (!link) return;
  if (await saveAll()) location.assign(link.href);
  else stay();
}

const acts = {
  j: () => step(1),
  k: () => step(-1),
  n: () => go("next"),
  q: () => go("prev"),
  p: () => {
    const all = fields();
    const after = all.findIndex((field) => field.compareDocumentPosition(document.activeElement) & Node.DOCUMENT_POSITION_PRECEDING && field !== document.activeElement);
    const target = all[after] ?? all[0];
    target?.focus();
    target?.select?.();
  },
  c: () => notes.begin(),
  b: () => notes.take(),
  m: () => notes.next(),
  d: () => (here() ?? lines[0])?.querySelector(".since > summary")?.click(),
  f: () => {
    (here() ?? lines[0])?.querySelector('textarea[name^="comment-"]:enabled')?.focus();
  },
  "?": () => document.getElementById("keys")?.showModal(),
};

document.addEventListener("keydown", (event) => {
  const writing = event.target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select");
  if (writing) {
    if (event.key === "Escape") event.target.closest("[data-line]")?.focus();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (/^[0-9]$/.test(event.key)) {
    if (chooseLevel(Number(event.key))) event.preventDefault();
    return;
  }
  const act = acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
