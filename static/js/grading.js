// The grading desk: marks save themselves, one citation is open at a time, and the keys go through the queue.
import { announce } from "./links.js";
import { startComments } from "./comments.js";
import { csrfToken, send } from "./http.js";
import { chooseLevel } from "./levels.js";
import { goOn, inTurn } from "./turns.js";

const PAUSE = 900;          // milliseconds after the last key
const RETRY = 5000;
const SIGN_IN_POLL = 15_000;

const marks = document.querySelector("[data-marks]");
const notes = startComments({ say, drawn, refused });
const saver = marks && !marks.elements.feedback.disabled ? startSaving(marks) : null;
const passages = startPassages(document.querySelector("[data-passages]"));
startKeys();
for (const element of document.querySelectorAll("[data-with-script]")) element.hidden = false;
document.querySelector(".queue [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
document.querySelector("[data-conflict-shown], .judge .errors")?.focus();

// What the line of saving says.
function say(said, kind = "") {
  const line = document.querySelector("[data-save]");
  line.className = `save ${kind}`;
  line.textContent = said;
}

// Who holds the work, where that is why a comment was refused.
function refused(told) {
  if (told?.parts) drawn(told);
}

// What a save changed besides its own words: the version that marks are saved upon, and the queue, the claim, the acts.
function drawn(told) {
  if (told.version !== undefined) {
    for (const field of document.querySelectorAll('input[name="version"]')) goOn(field, told);
  }
  for (const field of document.querySelectorAll('input[name="csrfmiddlewaretoken"]')) field.value = csrfToken();
  for (const [name, html] of Object.entries(told.parts)) {
    const part = document.querySelector(`[data-part="${name}"]`);
    if (!part || part.contains(document.activeElement)) continue;
    const open = [...part.querySelectorAll("details[open][id]")].map((each) => each.id);
    const waiting = part.querySelectorAll("[data-waiting]").length;
    part.innerHTML = html;
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");      // it may be read just now
    const waits = [...part.querySelectorAll("[data-waiting] h3")];
    if (waits.length > waiting) announce(waits.at(-1).textContent);
  }
}

// --- Marks ------------------------------------------------------------------------------------------------------------

function startSaving(form) {
  const line = document.querySelector("[data-save]");
  const signIn = document.querySelector("[data-sign-in]");
  const place = document.querySelector("[data-conflict]");
  let timer = null;
  let running = null;
  let saved = fingerprint();      // null while nobody knows what the site has
  let stopped = false;      // after a conflict nothing is sent until its person has chosen
  let signedOut = false;
  let words = line.textContent.trim();      // of the last save

  function fingerprint() {
    const data = new FormData(form);
    for (const name of ["csrfmiddlewaretoken", "version"]) data.delete(name);
    return JSON.stringify([...data]);
  }

  const tell = (said, kind = "") => {
    say(said, kind);
    signIn.hidden = !signedOut;
  };

  function later(said, pause) {
    tell(said, "save--not");
    clearTimeout(timer);
    timer = setTimeout(save, pause);
    return false;
  }

  function touched() {
    if (stopped) return;
    clearTimeout(timer);
    if (fingerprint() === saved) {
      if (!running) tell(words);
      return;
    }
    tell(line.dataset.unsaved, "save--here");
    timer = setTimeout(save, PAUSE);
  }

  // One request at a time: each carries the version that the one before gave back.
  async function save() {
    clearTimeout(timer);
    while (running) await running;
    if (stopped || fingerprint() === saved) return !stopped;
    return start(null);
  }

  const unsaved = () => fingerprint() !== saved || running !== null || notes.dirty();

  // Comments too: what is left unsaved keeps the page.
  async function saveAll() {
    const ours = await save();
    return (await notes.save()) && ours;
  }

  function start(button) {
    running = inTurn(() => post(button)).finally(() => { running = null; });
    return running;
  }

  // The token goes in the header: that of the form is the old one after a sign-in in another tab.
  function content(button) {
    const data = new FormData(form, button);
    data.delete("csrfmiddlewaretoken");
    return data;
  }

  async function post(button) {
    const sent = fingerprint();
    tell(line.dataset.saving, "save--here");
    let answer, told;
    try {
      answer = await send(form.action, { body: content(button), headers: { Accept: "application/json" } });
      const isOurs = (answer.headers.get("Content-Type") ?? "").startsWith("application/json");
      told = isOurs ? await answer.json() : null;
    } catch {
      saved = null;      // it may have arrived
      return later(line.dataset.failed, RETRY);
    }
    // A redirect leads to the sign-in, and its page is no answer to a save.
    signedOut = answer.status === 401 || answer.redirected;
    if (signedOut) return later(line.dataset.signedOut, SIGN_IN_POLL);
    if (answer.status >= 500 || answer.status === 429 || (answer.ok && !Number.isInteger(told?.version))) {
      saved = null;
      return later(line.dataset.failed, RETRY);
    }
    if (answer.ok) {
      drawn(told);
      saved = sent;
      words = told.saved;
      tell(words);
      showErrors({});
      const total = form.querySelector("[data-total] b");
      for (const place of document.querySelectorAll("[data-score]")) {
        const score = told.scores[place.dataset.score];
        if (score !== undefined) place.textContent = score;
      }
      if (total) total.replaceChildren(`${told.points} `, Object.assign(document.createElement("span"), { textContent: told.total }));
      if (fingerprint() !== saved) timer = setTimeout(save, PAUSE);
      return true;
    }
    tell(told?.saved ?? line.dataset.refused, "save--not");
    showErrors(told?.conflict ? {} : told?.errors ?? {});
    if (told?.conflict) {
      stopped = true;
      place.innerHTML = told.conflict;      // our own template's words, escaped there
      place.querySelector("[tabindex]")?.focus();
    } else if (told?.held) {
      stopped = true;
      drawn(told);      // who holds it, and the way to take it over
    }
    return false;
  }

  function showErrors(errors) {
    for (const field of form.elements) {
      if (!field.matches("[data-points], #score, textarea")) continue;
      const wrong = errors[field.name];
      field.toggleAttribute("aria-invalid", Boolean(wrong));
      if (wrong) field.setAttribute("aria-invalid", "true");
      const row = field.closest(".points, .formrow") ?? field;
      row.parentElement.querySelector(`[data-error-for="${CSS.escape(field.name)}"]`)?.remove();
      if (!wrong) continue;
      const error = document.createElement("p");
      error.className = "error";
      error.dataset.errorFor = field.name;
      error.textContent = wrong;
      row.after(error);
    }
    const first = Object.values(errors)[0];
    if (first) announce(first);
  }

  document.addEventListener("input", (event) => { if (event.target.form === form) touched(); });
  addEventListener("beforeunload", (event) => {
    if ((fingerprint() !== saved && form.dataset.sent === undefined) || notes.dirty()) event.preventDefault();
  });
  addEventListener("online", () => save());
  addEventListener("focus", () => { if (signedOut) save(); });
  // Leaving by a link or returning waits for what is still unsaved.
  document.addEventListener("click", async (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || link.target || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (link.getAttribute("href").startsWith("#") || stopped || !unsaved()) return;
    event.preventDefault();
    if (await saveAll()) location.assign(link.href);
  });
  document.addEventListener("submit", async (event) => {
    const returning = event.target.closest?.("[data-return]");
    if (!returning || !unsaved()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    // Saving draws the act bar anew: its form of then is the one to send.
    if (await saveAll()) document.querySelector("[data-return]")?.requestSubmit();
  }, { capture: true });
  // Work that became a colleague's while something was typed is taken over from here, so that the words stay.
  document.addEventListener("submit", async (event) => {
    if (!event.target.matches?.("[data-take-over]") || !unsaved()) return;
    event.preventDefault();
    const body = new FormData(event.target);
    body.delete("csrfmiddlewaretoken");
    const answer = await send(event.target.action, { body, headers: { Accept: "application/json" } }).catch(() => null);
    const told = await answer?.json().catch(() => null);
    if (!answer?.ok || !told) {
      tell(told?.error ?? told?.saved ?? line.dataset.failed, "save--not");
      return;
    }
    stopped = false;
    notes.resume();
    form.elements.feedback.focus();
    drawn(told);
    await saveAll();
  }, { capture: true });
  // The form's own buttons, too, send words only from here: a page that leaves with them comes to nothing where the
  // sign-in has run out. With all saved, or none sent from here any more, the button posts the form.
  form.addEventListener("submit", async (event) => {
    const button = event.submitter;
    clearTimeout(timer);
    if (button?.name === "over") {
      event.preventDefault();
      while (running) await running;
      if (await start(button)) chosen();
    } else if (!stopped && unsaved()) {
      event.preventDefault();
      if (await saveAll()) form.requestSubmit(button);
    }
  });

  // What was typed counts: the choice is made, and saving goes on.
  function chosen() {
    stopped = false;
    for (const shown of document.querySelectorAll("[data-conflict-shown]")) shown.remove();
    form.elements.feedback.focus();
  }
  return { save: saveAll };
}

// --- Citations --------------------------------------------------------------------------------------------------------

function startPassages(box) {
  const chips = [...document.querySelectorAll("a.cite[data-cite]")];
  if (!box || chips.length === 0) return { next() {} };
  const opened = [...box.querySelectorAll(".opened")];
  let at = 0;

  function open(index, { focus = false } = {}) {
    at = (index + opened.length) % opened.length;
    opened.forEach((passage, i) => { passage.hidden = i !== at; });
    for (const chip of chips) {
      if (chip.hash === `#${opened[at].id}`) chip.setAttribute("aria-current", "true");
      else chip.removeAttribute("aria-current");
    }
    if (focus) opened[at].focus({ preventScroll: false });
    else announce(opened[at].querySelector("h2").textContent);
  }

  for (const chip of chips) {
    chip.addEventListener("click", (event) => {
      event.preventDefault();
      open(opened.findIndex((passage) => `#${passage.id}` === chip.hash), { focus: true });
    });
  }
  box.dataset.one = "";
  opened.forEach((passage, i) => { passage.hidden = i !== 0; });
  chips.find((chip) => chip.hash === `#${opened[0].id}`)?.setAttribute("aria-current", "true");
  return {
    next() {
      // The first press opens the one that is already shown, so that it is heard and seen.
      open(box.dataset.begun === undefined ? 0 : at + 1);
      box.dataset.begun = "";
      const chip = chips.find((each) => each.hash === `#${opened[at].id}`);
      chip?.scrollIntoView({ block: "nearest" });
    },
  };
}

// --- Keys -------------------------------------------------------------------------------------------------------------

function startKeys() {
  const follow = async (rel) => {
    const link = document.querySelector(`link[rel="${rel}"]`);
    if (!link) return;
    if (saver && !(await saver.save())) return;
    location.assign(link.href);
  };
  const points = () => [...document.querySelectorAll("[data-points]:enabled, [data-levels] input:checked:enabled")];
  let last = -1;
  const acts = {
    j: () => follow("next"),
    k: () => follow("prev"),
    n: () => follow("next-to-grade"),
    o: () => passages.next(),
    p: () => {
      const fields = points();
      if (fields.length === 0) return;
      last = (last + 1) % fields.length;
      fields[last].focus();
      fields[last].select();
    },
    c: () => notes.begin(),
    b: () => notes.take(),
    m: () => notes.next(),
    f: () => document.getElementById("feedback")?.focus(),
    r: () => (document.querySelector("[data-return] button") ?? document.querySelector("[data-return-many]"))?.focus(),
    s: () => document.querySelector("[data-start]")?.focus(),
    "?": () => document.getElementById("keys")?.showModal(),
  };

  document.addEventListener("focusin", (event) => {
    const index = points().indexOf(event.target);
    if (index >= 0) last = index;
  });
  document.addEventListener("keydown", (event) => {
    const writing = event.target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select");
    if (event.key === "Enter" && event.ctrlKey && marks && saver) {
      event.preventDefault();
      marks.requestSubmit(marks.querySelector('button[name="then"]'));
      return;
    }
    if (writing) {
      if (event.key === "Escape") writing.blur();
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
}
