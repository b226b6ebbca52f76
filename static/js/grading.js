// The grading desk: marks save themselves, one citation is open at a time, and the keys go through the queue.
import { announce } from "./links.js";
import { send } from "./http.js";

const PAUSE = 900;          // milliseconds after the last key
const RETRY = 5000;

const marks = document.querySelector("[data-marks]");
const saver = marks && !marks.elements.feedback.disabled ? startSaving(marks) : null;
const passages = startPassages(document.querySelector("[data-passages]"));
startKeys();
for (const element of document.querySelectorAll("[data-with-script]")) element.hidden = false;
document.querySelector(".queue [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
document.querySelector("[data-conflict-shown], .judge .errors")?.focus();

// --- Marks ------------------------------------------------------------------------------------------------------------

function startSaving(form) {
  const line = document.querySelector("[data-save]");
  const place = document.querySelector("[data-conflict]");
  let timer = null;
  let running = null;
  let saved = fingerprint();
  let stopped = false;      // after a conflict nothing is sent until its person has chosen

  function fingerprint() {
    const data = new FormData(form);
    for (const name of ["csrfmiddlewaretoken", "version"]) data.delete(name);
    return JSON.stringify([...data]);
  }

  const say = (words, kind = "") => {
    line.className = `save ${kind}`;
    line.textContent = words;
  };

  function touched() {
    if (stopped) return;
    clearTimeout(timer);
    if (fingerprint() === saved) return;
    say(line.dataset.unsaved, "save--here");
    timer = setTimeout(save, PAUSE);
  }

  // One request at a time: each carries the version that the one before gave back.
  async function save() {
    clearTimeout(timer);
    if (running) await running;
    if (stopped || fingerprint() === saved) return !stopped;
    running = post();
    const done = await running;
    running = null;
    return done;
  }

  async function post() {
    const sent = fingerprint();
    say(line.dataset.saving, "save--here");
    let answer;
    try {
      answer = await send(form.action, { body: new FormData(form), headers: { Accept: "application/json" } });
    } catch {
      say(line.dataset.failed, "save--not");
      timer = setTimeout(save, RETRY);
      return false;
    }
    let told;
    try { told = await answer.json(); } catch { told = {}; }
    if (answer.ok) {
      saved = sent;
      say(told.saved);
      showErrors({});
      const total = form.querySelector("[data-total] b");
      if (total) total.replaceChildren(`${told.points} `, Object.assign(document.createElement("span"), { textContent: told.total }));
      for (const [name, html] of Object.entries(told.parts)) {
        const part = document.querySelector(`[data-part="${name}"]`);
        if (part && !part.contains(document.activeElement)) part.innerHTML = html;
      }
      for (const field of document.querySelectorAll('input[name="version"]')) field.value = told.version;
      if (fingerprint() !== saved) timer = setTimeout(save, PAUSE);
      return true;
    }
    say(told.saved ?? line.dataset.failed, "save--not");
    showErrors(told.conflict ? {} : told.errors ?? {});
    if (told.conflict) {
      stopped = true;
      place.innerHTML = told.conflict;      // our own template's words, escaped there
      place.querySelector("[tabindex]")?.focus();
    } else if (told.held) {
      stopped = true;
    }
    return false;
  }

  function showErrors(errors) {
    for (const field of document.querySelectorAll("[data-points], #score")) {
      const words = errors[field.name];
      field.toggleAttribute("aria-invalid", Boolean(words));
      if (words) field.setAttribute("aria-invalid", "true");
      const row = field.closest(".points");
      row.parentElement.querySelector(`[data-error-for="${CSS.escape(field.name)}"]`)?.remove();
      if (!words) continue;
      const error = document.createElement("p");
      error.className = "error";
      error.dataset.errorFor = field.name;
      error.textContent = words;
      row.after(error);
    }
    const first = Object.values(errors)[0];
    if (first) announce(first);
  }

  document.addEventListener("input", (event) => { if (event.target.form === form) touched(); });
  addEventListener("beforeunload", (event) => {
    if (fingerprint() !== saved && !form.dataset.sent) event.preventDefault();
  });
  // Leaving by a link or returning waits for what is still unsaved.
  document.addEventListener("click", async (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || link.target || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (link.getAttribute("href").startsWith("#") || stopped || (fingerprint() === saved && !running)) return;
    event.preventDefault();
    if (await save()) location.assign(link.href);
  });
  document.addEventListener("submit", async (event) => {
    const returning = event.target.closest?.("[data-return]");
    if (!returning || (fingerprint() === saved && !running)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    // Saving draws the act bar anew: its form of then is the one to send.
    if (await save()) document.querySelector("[data-return]")?.requestSubmit();
  }, { capture: true });
  // The form itself is posted by its own button: nothing more is sent from here.
  form.addEventListener("submit", () => clearTimeout(timer));
  return { save };
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
  const points = () => [...document.querySelectorAll("[data-points]:not([disabled])")];
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
    const act = acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
