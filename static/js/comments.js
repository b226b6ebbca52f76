// Comments on words of an answer: each saves itself upon its own version, and none is lost by leaving.
import { pointsIn } from "./desk/anchors.js";
import { uuid } from "./desk/ids.js";
import { send } from "./http.js";
import { announce } from "./links.js";
import { inTurn } from "./turns.js";

const PAUSE = 900;
const RETRY = 5000;

// The piece of work that something stands in: a part of the page that says so, else all of it.
const workOf = (element) => element?.closest?.("[data-work]") ?? document;
const toldBy = (work, name) => work.dataset?.[name] ?? "";      // the whole page tells nothing

// `say` tells what became of a save, `drawn` takes what it changed elsewhere on the page, and `refused` what a refusal
// told, both with the piece of work.
export function startComments({ say, drawn, refused = () => {} }) {
  const line = document.querySelector("[data-save]");
  const template = document.getElementById("new-comment");
  const cards = new Map();      // form -> { saved, timer, running, stopped }

  const words = (form) => JSON.stringify([form.elements.body.value, form.elements.passage.value]);
  const empty = (form) => form.elements.body.value.trim() === "";
  const isNew = (form) => form.elements.rev.value === "";
  // A new one that says nothing yet is nothing to save.
  const unsaved = (form, card) => !card.gone && (card.running !== null || (words(form) !== card.saved && !(isNew(form) && empty(form))));

  function watch(form) {
    const card = { saved: isNew(form) ? null : words(form), timer: null, running: null, stopped: false, gone: false };
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
      if (event.submitter?.matches("[data-delete]")) await remove(form);
      else if (event.submitter?.matches("[data-keep]")) await keep(form);
      else await save(form);
    });
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.ctrlKey) {
        event.preventDefault();
        event.stopPropagation();
        save(form);
      } else if (event.key === "Escape" && isNew(form) && empty(form) && card.running === null) {
        // Begun by mistake: it goes, and the focus is where it was begun.
        event.preventDefault();
        event.stopPropagation();
        remove(form);
      }
    });
    return card;
  }

  function wrong(form, errors) {
    const place = form.querySelector("[data-comment-error]");
    place.hidden = errors.length === 0;
    place.textContent = errors.join(" ");
  }

  async function save(form) {
    const card = cards.get(form);
    clearTimeout(card.timer);
    while (card.running) await card.running;
    if (card.stopped) return false;
    if (!unsaved(form, card)) return true;
    card.running = inTurn(() => post(form, card)).finally(() => { card.running = null; });
    return card.running;
  }

  // What is saved now beside what was typed: either is taken by a press, and neither without one.
  function choose(form, card, both) {
    const place = form.querySelector("[data-comment-conflict]");
    if (!place) return;
    place.innerHTML = both;      // our own template's words, escaped there
    const { theirs, theirsPassage, theirsRev } = place.querySelector("[data-theirs]").dataset;
    const chosen = (act) => (event) => {
      event.preventDefault();
      event.stopPropagation();
      place.replaceChildren();
      wrong(form, []);
      card.stopped = false;
      form.elements.rev.value = theirsRev;
      act();
      form.elements.body.focus();
    };
    place.querySelector("[data-keep-mine]").addEventListener("click", chosen(() => { save(form); }));
    place.querySelector("[data-take-theirs]").addEventListener("click", chosen(() => {
      form.elements.body.value = theirs;
      form.elements.passage.value = theirsPassage;
      card.saved = words(form);
      say("");
    }));
  }

  function later(form, card, said) {
    say(said, "save--not");
    card.timer = setTimeout(() => save(form), RETRY);
    return false;
  }

  async function ask(address, data) {
    data.delete("csrfmiddlewaretoken");      // that of the header is newer
    const answer = await send(address, { body: data, headers: { Accept: "application/json" } });
    const ours = (answer.headers.get("Content-Type") ?? "").startsWith("application/json");
    return [answer, ours ? await answer.json() : null];
  }

  async function post(form, card) {
    const sent = words(form);
    say(line.dataset.saving, "save--here");
    let answer, told;
    try {
      [answer, told] = await ask(form.action, new FormData(form));
    } catch {
      return later(form, card, line.dataset.failed);
    }
    if (answer.status === 401 || answer.redirected) return later(form, card, line.dataset.signedOut);
    if (answer.status >= 500 || answer.status === 429) return later(form, card, line.dataset.failed);
    if (!answer.ok) {
      // Changed elsewhere, or held by a colleague: nothing is sent again until its person does something else.
      card.stopped = answer.status === 409 || answer.status === 412;
      say(told?.saved ?? line.dataset.refused, "save--not");
      wrong(form, told?.errors ?? [line.dataset.refused]);
      if (told?.conflict) choose(form, card, told.conflict);
      else refused(told, workOf(form));
      return false;
    }
    card.saved = sent;
    form.elements.rev.value = told.rev;
    if (form.elements.words) form.elements.words.readOnly = true;
    wrong(form, []);
    redraw(told, workOf(form));
    if (words(form) !== card.saved) card.timer = setTimeout(() => save(form), PAUSE);
    return true;
  }

  // Into the bank goes what is saved.
  async function keep(form) {
    if (empty(form) || !(await save(form))) return;
    const [answer, told] = await ask(`${form.getAttribute("action")}${form.elements.key.value}/bank/`, new FormData(form)).catch(() => [null, null]);
    say(told?.saved ?? line.dataset.failed, answer?.ok ? "" : "save--not");
  }

  async function remove(form) {
    const card = cards.get(form);
    clearTimeout(card.timer);
    while (card.running) await card.running;
    if (!isNew(form)) {
      const [answer, told] = await inTurn(() => ask(`${form.getAttribute("action")}${form.elements.key.value}/delete/`, new FormData(form))).catch(() => [null, null]);
      if (!answer?.ok) {
        say(told?.saved ?? line.dataset.failed, "save--not");
        wrong(form, told?.errors ?? [line.dataset.failed]);
        return;
      }
      redraw(told, workOf(form));
    }
    card.gone = true;
    const near = form.closest("li");
    const next = near.nextElementSibling?.querySelector("textarea") ?? workOf(form).querySelector(`[data-comment-here="${CSS.escape(form.elements.block.value)}"]`);
    near.remove();
    cards.delete(form);
    next?.focus();
  }

  function redraw(told, work) {
    say(told.saved);
    for (const { question, block, html } of told.texts) {
      const text = work.querySelector(`[data-words-of="${CSS.escape(block)}"][data-question="${CSS.escape(question)}"]`);
      if (text) text.innerHTML = html;      // our own template's words, escaped there
    }
    for (const form of cards.keys()) {
      const number = told.numbers[form.elements.key.value];
      if (number === undefined || !work.contains(form)) continue;
      const item = form.closest("li");
      item.id = `${toldBy(work, "at")}comment-${number}`;
      item.querySelector("[data-number]").textContent = number;
      item.querySelector("[data-number]").removeAttribute("aria-hidden");
    }
    drawn(told, work);
  }

  // --- New ones ---

  // Where the selection stands in the text of one block: its first and last place in code points.
  function selected() {
    const selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    const text = [...document.querySelectorAll("[data-words-of]")].find((each) => range.intersectsNode(each));
    if (!text) return null;
    const parts = [...text.querySelectorAll("[data-at]")].filter((part) => range.intersectsNode(part));
    if (parts.length === 0) return null;
    const offset = (part, node, units, otherwise) =>
      Number(part.dataset.at) + pointsIn(part.textContent, part.contains(node) && node.nodeType === Node.TEXT_NODE ? units : otherwise);
    const [first, last] = [parts[0], parts.at(-1)];
    const start = offset(first, range.startContainer, range.startOffset, 0);
    const end = offset(last, range.endContainer, range.endOffset, last.textContent.length);
    const points = [...[...text.querySelectorAll("[data-at]")].map((part) => part.textContent).join("")];
    const raw = points.slice(start, end).join("");
    const lead = raw.length - raw.trimStart().length;
    return raw.trim() ? { text, near: start + pointsIn(raw, lead), words: raw.trim() } : null;
  }

  function begin(text, { words: quote = "", near = 0 } = {}) {
    const { wordsOf: block, question } = text.dataset;
    const work = workOf(text);
    const list = [...work.querySelectorAll("ol[data-comments]")].find((each) => each.dataset.comments === block && each.dataset.question === question);
    if (!list || !template || !work.querySelector("[data-comment-here]")) return;
    const item = template.content.firstElementChild.cloneNode(true);
    const form = item.querySelector("form");
    Object.assign(form.elements.key, { value: uuid() });
    form.elements.question.value = question;
    form.elements.block.value = block;
    form.elements.near.value = near;
    form.querySelector(".on-words").hidden = block === "";      // the whole hand-in has no words to name
    form.elements.words.value = quote.includes("\n") ? "" : quote;
    if (quote.includes("\n")) form.elements.words.placeholder = quote;
    if (work !== document) {
      form.setAttribute("action", work.dataset.work);
      form.elements.passage.setAttribute("list", `passages${toldBy(work, "shelf")}`);
    }
    list.append(item);
    watch(form);
    form.querySelector("[data-from-bank]").addEventListener("click", () => offer(form));
    form.elements.body.focus();
    return form;
  }

  // --- From the bank ---

  let asking = null;      // the form that takes what is chosen

  function offer(form) {
    asking = form;
    const bank = document.getElementById(`bank${toldBy(workOf(form), "shelf")}`);
    bank?.showModal();
    bank?.querySelector("input, .offer, button")?.focus();
  }

  for (const button of document.querySelectorAll("[data-bank] .offer")) {
    button.addEventListener("click", () => {
      button.closest("dialog").close();
      if (!asking?.isConnected) return;
      const { body, passage, template } = asking.elements;
      body.value = body.value.trim() ? `${body.value.trimEnd()}\n${button.querySelector("[data-body]").textContent}` : button.querySelector("[data-body]").textContent;
      if (button.dataset.passage && !passage.value) passage.value = button.dataset.passage;
      template.value = button.value;
      body.focus();
      body.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
  for (const find of document.querySelectorAll("[data-bank-find]")) {
    find.addEventListener("input", () => {
      const bank = find.closest("dialog");
      const sought = find.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const button of bank.querySelectorAll(".offer")) {
        const offered = button.textContent.toLocaleLowerCase();
        button.parentElement.hidden = !sought.every((word) => offered.includes(word));
        shown += button.parentElement.hidden ? 0 : 1;
      }
      bank.querySelector("[data-none]").hidden = shown > 0;
    });
  }

  for (const element of document.querySelectorAll("[data-without-script]")) element.hidden = true;
  for (const form of document.querySelectorAll("form[data-comment]")) watch(form);
  for (const button of document.querySelectorAll("[data-comment-here]")) {
    const text = () => [...workOf(button).querySelectorAll("[data-words-of]")].find((each) => each.dataset.wordsOf === button.dataset.commentHere && each.dataset.question === button.dataset.question);
    // The press takes the focus, and with it the selection, before the click is heard.
    let held = null;
    button.addEventListener("pointerdown", () => { held = selected(); });
    button.addEventListener("click", () => {
      const place = held ?? selected();
      held = null;
      begin(text(), place?.text === text() ? place : {});
    });
  }
  let last = null;      // the comment that was gone to
  const inside = (work) => [...cards.keys()].filter((form) => work.contains(form));
  return {
    dirty: (work = document) => inside(work).some((form) => unsaved(form, cards.get(form))),
    // Where a comment is that is not saved.
    unsaved: () => [...cards.keys()].find((form) => unsaved(form, cards.get(form))),
    // What was refused while a colleague held the work may be sent again; what was changed elsewhere waits for a choice.
    resume(work = document) {
      for (const form of inside(work)) {
        if (form.querySelector("[data-theirs]")) continue;
        cards.get(form).stopped = false;
        wrong(form, []);
      }
    },
    async save(work = document) {
      let whole = true;
      for (const form of inside(work)) whole = (await save(form)) && whole;
      return whole;
    },
    take() {
      const place = selected();
      const here = document.activeElement?.closest?.("[data-words-of], .answered")?.querySelector?.("[data-words-of]") ?? workOf(document.activeElement).querySelector("[data-words-of]");
      const form = place ? begin(place.text, place) : here && begin(here);
      if (form) offer(form);
    },
    begin() {
      const place = selected();
      if (place) {
        begin(place.text, place);
        return;
      }
      // Nothing is selected: on the paragraph whose button has the focus, else in the question where the focus is, else
      // on the first that is in sight. At once, since what is typed next is the comment: as keys, its letters would
      // act, and R and a space would return the work.
      const near = document.activeElement;
      const buttons = [...workOf(near).querySelectorAll("[data-comment-here]")];
      const here = buttons.find((each) => each === near)
        ?? buttons.find((each) => near?.closest?.(".answered")?.contains(each))
        ?? buttons.find((each) => each.getBoundingClientRect().top > 0)
        ?? buttons[0];
      here?.click();
    },
    next() {
      const items = [...document.querySelectorAll("li.comment")];
      if (items.length === 0) return announce(line.dataset.noComments ?? "");
      // Behind the one before, unless one has gone on to other work since.
      const here = workOf(document.activeElement);
      const after = here === document || here.contains(last) ? last : document.activeElement;
      const follows = (item) => after?.isConnected && after.compareDocumentPosition(item) & Node.DOCUMENT_POSITION_FOLLOWING;
      last = items.find(follows) ?? items[0];
      const target = last.querySelector("textarea") ?? last;
      if (target === last) target.tabIndex = -1;
      target.focus();
      last.scrollIntoView({ block: "nearest" });
    },
  };
}
