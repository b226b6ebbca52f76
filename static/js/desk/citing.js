// Picking words in the reading pane, with a mouse, the keyboard or a finger, and citing them.
//
// Keys, while the reading has the focus: up and down go from passage to passage; C (or Enter on a passage) opens the
// citing panel for the selected words, else for the whole passage; with shift, left and right move the end of what is
// picked by a word, up and down its beginning.
import { announce } from "../links.js";
import { anchorOf, anchorsIn, unitsIn, wholeWords } from "./anchors.js";

const STILL = 350;   // milliseconds without a change after which a touch selection counts as made

const MOVES = /^(?:Arrow|Home$|End$|Page)/;

const wordsIn = (text) => text.match(/\S+/g)?.length ?? 0;

export class Citing {
  // `pane`: the answers; `passages`: block -> {name, source}; `done(block)` after a citation was added.
  constructor({ root, panel, marks, pane, passages, words, done, closed }) {
    Object.assign(this, { root, panel, marks, pane, passages, words, done, closed });
    this.picked = [];
    this.touched = false;
    this.byKeys = false;      // whether keys moved the end of the selection: they hit the letter that is meant
    this.coarse = matchMedia("(pointer: coarse)");
    this.home = panel.parentElement;
    this.makePassages();
    root.addEventListener("pointerup", (event) => {
      // After the event, when the browser has cleared a selection that was clicked away.
      if (event.pointerType === "mouse" && !panel.contains(event.target)) setTimeout(() => this.fromSelection());
    });
    root.addEventListener("keyup", (event) => { if (event.key === "Shift") this.remember(); });
    root.addEventListener("keydown", (event) => {
      if (event.shiftKey && MOVES.test(event.key)) this.byKeys = true;
      this.key(event);
    });
    document.addEventListener("selectionchange", () => {
      clearTimeout(this.still);
      if (this.coarse.matches || this.touched) this.still = setTimeout(() => this.fromSelection(), STILL);
    });
    root.addEventListener("pointerdown", (event) => {
      this.touched = event.pointerType !== "mouse";
      this.byKeys = false;
    });
    panel.addEventListener("submit", (event) => { event.preventDefault(); this.add(); });
    panel.addEventListener("keydown", (event) => { if (event.key === "Escape") { event.stopPropagation(); this.close(true); } });
    panel.querySelector("[data-cancel]").addEventListener("click", () => this.close(true));
    panel.elements.target.addEventListener("change", () => this.suggestStance());
  }

  citable(block) { return block in this.passages; }

  // ------------------------------------------------------------------------------------------------------------- passages

  // One passage is a tab stop, the arrows lead to the others.
  makePassages() {
    this.elements = [...this.root.querySelectorAll("[data-block]")].filter((each) => this.citable(each.dataset.block));
    for (const element of this.elements) {
      element.tabIndex = -1;
      element.setAttribute("aria-keyshortcuts", "c");
    }
    if (this.elements.length) this.elements[0].tabIndex = 0;
    this.root.addEventListener("focusin", (event) => {
      const element = this.passage(event.target);
      if (element) this.current(element);
    });
  }

  passage(node) {
    const element = node?.closest?.("[data-block]");
    return element && this.citable(element.dataset.block) ? element : null;
  }

  current(element) {
    for (const each of this.elements) if (each.tabIndex === 0) each.tabIndex = -1;
    element.tabIndex = 0;
  }

  shown() { return this.elements.filter((each) => each.checkVisibility()); }

  // For somebody who asks to cite: the passage where reading left off.
  focusPassage() {
    const shown = this.shown();
    const element = shown.find((each) => each.tabIndex === 0) ?? shown.find((each) => {
      const { top, bottom } = each.getBoundingClientRect();
      return bottom > this.root.getBoundingClientRect().top + 40 && top < innerHeight;
    }) ?? shown[0];
    element?.focus();
  }

  // ----------------------------------------------------------------------------------------------------------------- keys

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || this.panel.contains(event.target)) return;
    if (event.target.closest("input, select, textarea")) return;
    const element = this.passage(event.target);
    if (event.key === "Escape" && this.picked.length) {
      event.preventDefault();
      this.close(false);
    } else if (event.key.toLowerCase() === "c" || (event.key === "Enter" && event.target === element)) {
      if (this.pick(element)) {
        event.preventDefault();
        this.open({ focus: true });
      }
    } else if (element && event.target === element && event.shiftKey && event.key.startsWith("Arrow")) {
      event.preventDefault();
      this.adjust(element, event.key);
    } else if (element && event.target === element && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      const shown = this.shown();
      const next = shown[shown.indexOf(element) + (event.key === "ArrowDown" ? 1 : -1)];
      if (!next) return;
      event.preventDefault();
      this.close(false);
      next.focus();
    }
  }

  // What C cites: selected words, else words picked with the arrows, else the whole passage that has the focus.
  pick(element) {
    const selected = this.selected();
    if (selected.length) this.picked = selected;
    else if (element && !(this.picked.length === 1 && this.picked[0].block === element.dataset.block)) {
      this.picked = [anchorOf(element.dataset.block, element.textContent, 0, element.textContent.length)];
    }
    return this.picked.length > 0;
  }

  adjust(element, key) {
    const block = element.dataset.block;
    const text = element.textContent;
    const now = this.picked.length === 1 && this.picked[0].block === block
      ? this.picked[0] : anchorOf(block, text, 0, text.length);
    let [start, end] = [unitsIn(text, now.start), unitsIn(text, now.end)];
    const words = [...text.matchAll(/\S+/g)].map((word) => [word.index, word.index + word[0].length]);
    const first = words.findIndex(([, stop]) => stop > start);
    const last = words.findLastIndex(([begin]) => begin < end);
    if (key === "ArrowRight" && last < words.length - 1) end = words[last + 1][1];
    if (key === "ArrowLeft" && last > first) end = words[last - 1][1];
    if (key === "ArrowDown" && first < last) start = words[first + 1][0];
    if (key === "ArrowUp" && first > 0) start = words[first - 1][0];
    getSelection().removeAllRanges();
    this.picked = [anchorOf(block, text, start, end)];
    this.marks.set("picked", this.picked);
    announce(this.picked[0].quote);
    if (!this.panel.hidden) this.fillPanel();
  }

  // ------------------------------------------------------------------------------------------------- mouse and touch

  // A mouse or a finger seldom hits the edge of a word: what it selected grows to whole ones.
  selected() {
    const selection = getSelection();
    if (selection.isCollapsed || !selection.rangeCount) return [];
    const range = selection.getRangeAt(0);
    return this.root.contains(range.commonAncestorContainer) || range.intersectsNode(this.root)
      ? anchorsIn(range, this.root, (block) => this.citable(block), this.byKeys ? undefined : wholeWords) : [];
  }

  remember() {
    const selected = this.selected();
    if (selected.length) this.picked = selected;
  }

  fromSelection() {
    const selected = this.selected();
    if (selected.length) {
      this.picked = selected;
      this.open({ focus: false });
    } else if (!this.panel.hidden && !this.panel.contains(document.activeElement) && !this.panel.matches(":hover, :active")) {
      this.close(false);
    }
  }

  // ---------------------------------------------------------------------------------------------------------------- panel

  open({ focus }) {
    if (this.pane.locked) return;
    const last = this.picked.at(-1);
    this.marks.set("picked", this.picked);
    this.fillPanel();
    const floats = this.coarse.matches || this.touched;
    this.panel.classList.toggle("citing--float", floats);
    if (floats) this.home.append(this.panel);
    else this.stand(last);
    this.panel.hidden = false;
    if (focus) {
      getSelection().removeAllRanges();
      (this.panel.querySelector("input:checked") ?? this.panel.elements.target).focus();
    }
    if (!floats) this.panel.scrollIntoView({ block: "nearest" });
    else announce(this.panel.querySelector("[data-title]").textContent);
  }

  // Under the passage, outside of its words: offsets are counted on those.
  stand(anchor) {
    const shown = this.marks.elements(anchor.block).filter((each) => each.checkVisibility());
    const near = shown.find((each) => each.contains(getSelection().anchorNode) || each === document.activeElement) ?? shown[0];
    (near.closest("li, figure, .para") ?? near).append(this.panel);
  }

  fillPanel() {
    const count = this.picked.reduce((sum, anchor) => sum + wordsIn(anchor.quote), 0);
    const names = [...new Set(this.picked.map((anchor) => this.passages[anchor.block].name))].join(", ");
    this.panel.querySelector("[data-title]").textContent = this.words.say("citeWords", { n: count, names });
    const select = this.panel.elements.target;
    const chosen = this.panel.hidden ? this.pane.target() : select.value;
    select.replaceChildren(...this.pane.targets().map(([id, label]) => new Option(label, id, false, id === chosen)));
    if (this.panel.hidden) this.suggestStance();
  }

  // Evidence usually speaks for a claim; under running text it is rather what one refers to.
  suggestStance() {
    const block = this.pane.answers.block(this.panel.elements.target.value);
    this.panel.elements.stance.value = block?.kind === "claim" ? "supports" : "context";
  }

  add() {
    const { target, stance } = this.panel.elements;
    const { picked } = this;
    if (!picked.length || !target.value || this.pane.locked) return;
    this.pane.add(target.value, picked, stance.value);
    this.close(true);
    getSelection().removeAllRanges();
    announce(this.words.say("cited", { n: picked.length }));
    this.done(target.value);
  }

  close(refocus) {
    const anchor = this.picked[0];
    this.picked = [];
    this.marks.set("picked", []);
    this.panel.hidden = true;
    this.home.append(this.panel);
    if (refocus && anchor) {
      this.marks.elements(anchor.block).find((each) => each.checkVisibility())?.focus({ preventScroll: true });
    }
    this.closed?.();
  }
}

