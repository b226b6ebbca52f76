// The right pane: one growing field a block, the citations of each in a row beneath, the choices, the counts.
// The page brings every piece of markup: as it was written by the server, or as a <template> to fill.
import { toast } from "../toast.js";
import { placed } from "./body.js";

const fits = CSS.supports("field-sizing", "content");

function grow(field) {
  if (fits) return;
  field.style.blockSize = "auto";
  field.style.blockSize = `${field.scrollHeight + 2}px`;
}

function piece(name) {
  return document.getElementById(name).content.firstElementChild.cloneNode(true);
}

export class AnswerPane {
  // `passages`: block of the edition -> {name, source};  `changed()` after every change, `left()` when a field is left.
  constructor({ root, answers, passages, words, changed, left, open, cite }) {
    Object.assign(this, { root, answers, passages, words, changed, left, open, cite });
    this.last = null;      // the block that was written in last: where a citation goes unless said otherwise
    root.addEventListener("input", (event) => this.input(event));
    root.addEventListener("change", (event) => this.change(event));
    root.addEventListener("click", (event) => this.click(event));
    root.addEventListener("focusin", (event) => {
      const id = event.target.closest("[data-answer-block]")?.dataset.answerBlock;
      if (id) this.last = id;
    });
    root.addEventListener("focusout", (event) => { if (event.target.matches("textarea")) this.left(); });
    this.absorbed = this.absorb();
    this.show();
  }

  // What was typed while the script was still on its way.
  absorb() {
    let found = false;
    for (const block of this.answers.blocks()) {
      const field = this.element(block.id)?.querySelector("textarea");
      if (!field || field.value === block.text) continue;
      block.text = field.value;
      found = true;
    }
    for (const { id, kind } of this.answers.questions) {
      const chosen = [...this.box(id).querySelectorAll("[data-choice]:checked")].map((each) => each.value);
      const answer = this.answers.answer(id);
      if (!["single", "multiple"].includes(kind) || String(chosen) === String(answer.choice ?? [])) continue;
      answer.choice = chosen;
      found = true;
    }
    return found;
  }

  box(question) { return this.root.querySelector(`[data-question="${CSS.escape(question)}"]`); }

  element(id) { return this.root.querySelector(`[data-answer-block="${CSS.escape(id)}"]`); }

  // ------------------------------------------------------------------------------------------------------------- drawing

  show() {
    for (const { question } of this.answers.answers) this.showQuestion(question);
    this.numberCitations();
  }

  showQuestion(question) {
    const answer = this.answers.answer(question);
    const box = this.box(question);
    for (const input of box.querySelectorAll("[data-choice]")) input.checked = answer.choice?.includes(input.value) ?? false;
    for (const block of answer.blocks) {
      const standing = this.place(box, block)?.querySelector("[data-answer-block]");
      if (standing) standing.dataset.answerBlock = block.id;
    }
    const place = box.querySelector("[data-blocks]");
    if (place) {
      // Blocks are drawn again only where they have changed, so that nobody loses the place in a field.
      const standing = new Map([...place.children].map((each) => [each.dataset.answerBlock, each]));
      const loose = answer.blocks.filter((block) => !this.place(box, block));
      const wanted = loose.map((block) => {
        const element = standing.get(block.id);
        if (element && element.dataset.kind === block.kind) return element;
        return this.newBlock(block);
      });
      for (const element of place.children) if (!wanted.includes(element)) element.remove();
      wanted.forEach((element, at) => {
        if (place.children[at] !== element) place.insertBefore(element, place.children[at] ?? null);
      });
      answer.blocks.forEach((block) => this.fill(question, block));
    }
    this.count(question);
  }

  // Where a cell stands in the table of its question; null for what stands in none.
  place(box, block) {
    if (block.kind !== "cell") return null;
    const place = box.querySelector(`[data-row="${CSS.escape(block.row)}"][data-column="${CSS.escape(block.column)}"]`);
    // Of two in one place the first has it.
    const first = this.answers.answer(box.dataset.question).blocks.find((each) => each.row === block.row && each.column === block.column);
    return first === block ? place : null;
  }

  newBlock(block) {
    const element = piece(`block-${block.kind}`);
    element.dataset.answerBlock = block.id;
    return element;
  }

  fill(question, block) {
    const element = this.element(block.id);
    const field = element.querySelector("textarea");
    if (field.value !== block.text) field.value = block.text;
    // A cell is called by its row and its column.
    if (!field.hasAttribute("aria-label")) {
      field.setAttribute("aria-labelledby", `${this.box(question).dataset.heading} label-${block.id}`);
    }
    element.querySelector("[data-label]").id = `label-${block.id}`;
    if (block.kind === "claim") {
      const claims = this.answers.answer(question).blocks.filter((each) => each.kind === "claim");
      element.querySelector("[data-claim-name]").textContent = this.words.say("claim", { n: claims.indexOf(block) + 1 });
      element.querySelector("[data-evidence]").textContent = block.citations.length
        ? this.words.say("evidence", { n: block.citations.length }) : this.words.say("noEvidence");
      element.classList.toggle("claim--open", !block.citations.length);
      element.querySelector("[data-socket]").hidden = block.citations.length > 0;
    } else {
      // The first field of an answer is always there to write in, and so is a cell of its table.
      const only = this.answers.answer(question).blocks[0] === block;
      for (const button of element.querySelectorAll("[data-remove-block]")) button.hidden = only;
    }
    const list = element.querySelector("[data-citations]");
    list.replaceChildren(...placed(block).map((citation) => this.chip(citation)));
    list.hidden = !block.citations.length;
    grow(field);
  }

  chip(citation) {
    const row = piece("citation");
    const passage = this.passages[citation.anchor.block];
    const chip = row.querySelector(".cite");
    row.dataset.citation = citation.id;
    row.querySelector("[data-name]").textContent = passage?.name ?? "";
    chip.setAttribute("href", `#${passage?.anchor ?? "read"}`);
    row.querySelector("[data-quote]").textContent = citation.anchor.quote;
    row.querySelector("[data-paraphrase]").hidden = !passage?.paraphrase;
    row.querySelector("[data-corrected]").hidden = !passage?.corrected;
    const stance = row.querySelector("select");
    stance.value = citation.stance;
    row.dataset.stance = citation.stance;
    return row;
  }

  // A citation that comes or goes moves the numbers of all that stand behind it, in the questions below too.
  numberCitations() {
    for (const row of this.root.querySelectorAll("[data-citation]")) {
      const n = this.answers.number(row.dataset.citation);
      const name = row.querySelector("[data-name]").textContent;
      row.querySelector("[data-number]").textContent = n;
      row.querySelector("select").setAttribute("aria-label", this.words.say("stanceOf", { n, name }));
      row.querySelector("[data-remove-citation]").setAttribute("aria-label", this.words.say("removeOf", { n, name }));
    }
  }

  count(question) {
    const box = this.box(question);
    const citations = this.answers.citations(question);
    const sources = new Set(citations.map((each) => each.source));
    const words = box.querySelector("[data-words]");
    if (words) words.textContent = this.words.say("words", { n: this.answers.words(question) });
    const cells = box.querySelector("[data-cells]");
    const empty = this.answers.emptyCells(question);
    if (cells) cells.textContent = empty ? this.words.say("cellsLeft", { n: empty }) : "";
    const cited = box.querySelector("[data-cited]");
    if (!cited) return;
    cited.textContent = citations.length
      ? `${this.words.say("citations", { n: citations.length })}, ${this.words.say("sources", { n: sources.size })}` : "";
  }

  get locked() { return this.root.hasAttribute("data-locked"); }

  // Nothing may be written while a text waits for its person's choice, or is on its way to the teacher.
  lock(locked) {
    for (const field of this.root.querySelectorAll("textarea")) field.readOnly = locked;
    for (const field of this.root.querySelectorAll("input, select, button")) field.disabled = locked;
    this.root.toggleAttribute("data-locked", locked);
  }

  // -------------------------------------------------------------------------------------------------------------- writing

  input(event) {
    const element = event.target.closest("[data-answer-block]");
    if (!element || !event.target.matches("textarea")) return;
    const block = this.answers.block(element.dataset.answerBlock);
    block.text = event.target.value;
    grow(event.target);
    this.count(this.answers.questionOf(block.id));
    this.changed();
  }

  change(event) {
    const { target } = event;
    const row = target.closest("[data-citation]");
    if (row) {
      const block = this.answers.block(target.closest("[data-answer-block]").dataset.answerBlock);
      block.citations.find((each) => each.id === row.dataset.citation).stance = target.value;
      row.dataset.stance = target.value;
      this.changed();
    } else if (target.matches("[data-choice]")) {
      const box = target.closest("[data-question]");
      const chosen = [...box.querySelectorAll("[data-choice]:checked")].map((each) => each.value);
      this.answers.answer(box.dataset.question).choice = chosen;
      this.changed();
    }
  }

  click(event) {
    const button = event.target.closest("a, button");
    if (!button || !this.root.contains(button) || this.locked) return;
    const question = button.closest("[data-question]")?.dataset.question;
    const id = button.closest("[data-answer-block]")?.dataset.answerBlock;
    const citation = button.closest("[data-citation]")?.dataset.citation;
    if (button.matches(".cite")) {
      event.preventDefault();
      this.open(this.answers.block(id).citations.find((each) => each.id === citation));
    } else if (button.matches("[data-cite]")) {
      this.last = id;
      this.cite(id);
    } else if (button.matches("[data-add]")) {
      event.preventDefault();
      const made = this.answers.add(question, button.dataset.add);
      this.showQuestion(question);
      this.numberCitations();
      this.changed();
      this.element(made.id).querySelector("textarea").focus();
    } else if (button.matches("[data-remove-citation]")) {
      event.preventDefault();
      const next = this.element(id).querySelector("textarea");
      this.gone(question, this.answers.uncite(id, citation), "citationRemoved");
      next.focus();
    } else if (button.matches("[data-remove-block]")) {
      event.preventDefault();
      this.gone(question, this.answers.remove(id), "blockRemoved");
      this.box(question).querySelector("textarea")?.focus();
    }
  }

  gone(question, putBack, label) {
    const redraw = () => { this.showQuestion(question); this.numberCitations(); this.changed(); };
    redraw();
    toast(this.words.say(label), {
      undoLabel: this.words.say("undo"),
      undo: () => { putBack(); redraw(); },
    });
  }

  // ------------------------------------------------------------------------------------------------------------ citations

  // [[id, label], …]: what a passage can be cited for.
  targets() {
    return this.answers.answers.flatMap(({ question, blocks }) => {
      const name = this.box(question).dataset.name;
      let claims = 0;
      let parts = 0;
      return blocks.map((block) => {
        const text = block.text.trim().replace(/\s+/g, " ");
        const opening = text.length > 40 ? `${text.slice(0, 39).trimEnd()}…` : text;
        let label;
        if (this.place(this.box(question), block)) label = `${name}, ${this.element(block.id).querySelector("[data-label]").textContent}`;
        else if (block.kind === "claim") label = `${name}, ${this.words.say("claim", { n: claims += 1 })}`;
        else label = (parts += 1) > 1 ? `${name}, ${this.words.say("part", { n: parts })}` : name;
        return [block.id, opening ? `${label}: ${opening}` : label];
      });
    });
  }

  // Where a citation goes unless its person says otherwise: the block written in last, else a claim that lacks evidence.
  target() {
    if (this.last && this.answers.block(this.last)) return this.last;
    return (this.answers.openClaims()[0] ?? this.answers.blocks()[0])?.id ?? null;
  }

  add(id, anchors, stance) {
    const question = this.answers.questionOf(id);
    const made = anchors.map((anchor) =>
      this.answers.cite(id, { source: this.passages[anchor.block].source, anchor, stance }));
    this.showQuestion(question);
    this.numberCitations();
    this.changed();
    return made;
  }
}
