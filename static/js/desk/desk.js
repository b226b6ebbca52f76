// The reading desk: composes the text, the answers and the draft behind them.
import { announce } from "../links.js";
import { AnswerPane } from "./answers.js";
import { Answers } from "./body.js";
import { Citing } from "./citing.js";
import { Draft } from "./draft.js";
import { Marks } from "./marks.js";
import { Panes } from "./panes.js";
import { keepIn, settled, unanswered } from "./replies.js";
import { Store } from "./store.js";
import { Words } from "./words.js";

// Of these troubles the sentence of the page says more than the school's own.
const SAYS_ALL = new Set(["stale", "not-found", "state-conflict"]);
const NOT_SAVED = new Set(["page", "parked", "refused"]);

class Desk {
  constructor(config) {
    this.config = config;
    this.words = new Words(config.labels, config);
    this.main = document.getElementById("main");
    this.form = document.getElementById("desk-form");
    this.read = document.getElementById("read");
    this.dialog = document.getElementById("hand-in");
    this.trouble = document.querySelector("[data-trouble]");
    this.choose = document.querySelector("[data-conflict]");
    this.panes = new Panes();
    this.marks = new Marks(this.read);
    this.answers = new Answers(config.questions, config.body);
    this.ready = new Promise((resolve) => { this.begun = resolve; });
    this.tabs();
    this.pane = new AnswerPane({
      root: this.form,
      answers: this.answers,
      passages: config.passages,
      words: this.words,
      changed: () => this.changed(),
      left: () => this.draft?.save(),
      open: (citation) => this.open(citation),
      cite: () => {
        this.panes.show("read", { smooth: false });
        this.citing.focusPassage();
        announce(this.words.say("howToCite"));
      },
    });
    this.citing = new Citing({
      root: this.read,
      panel: document.getElementById("citing"),
      marks: this.marks,
      pane: this.pane,
      passages: config.passages,
      words: this.words,
      done: (block) => this.cited(block),
    });
    for (const element of document.querySelectorAll("[data-with-script]")) element.hidden = false;
    this.acts();
    this.changed({ quiet: true });
  }

  async start() {
    const { config } = this;
    if (config.readonly) this.pane.lock(true);
    if (config.preview) return;
    if (this.pane.absorbed) this.hear({ state: "writing", why: "typing" });
    const store = await Store.open(config);
    keepIn(store);
    this.draft = new Draft({
      urls: config.urls,
      store,
      rev: config.rev,
      body: config.saved,
      savedAt: config.savedAt ? new Date(config.savedAt) : null,
      edition: config.edition,
      // Answers to comments go along with a hand-in: where it needs them, it waits for them.
      before: async () => (await settled()) || !config.wantsAnswers,
      tell: (news) => this.hear(news),
    });
    // What was written before this moment, by a quick hand or on a slow line, is the draft's before any stored copy is.
    if (this.pane.absorbed || this.written) {
      this.draft.change(this.answers.body());
      if (!this.draft.dirty) this.draft.tellSchool();   // and taken back since
    }
    this.begun();
    await this.draft.start();
    if (config.readonly) return;
    this.draft.greet();
    addEventListener("online", () => this.draft.greet());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.draft.greet();
    });
  }

  // ---------------------------------------------------------------------------------------------------------- the reading

  tabs() {
    this.tabLinks = [...this.read.querySelectorAll(".tabs a")];
    for (const link of this.tabLinks) {
      link.addEventListener("click", (event) => {
        event.preventDefault();
        this.tab(link.dataset.tab);
        this.read.scrollTop = 0;
      });
    }
    // A word in its list, a passage of another source: what a link leads to comes to the front first.
    document.addEventListener("click", (event) => {
      const hash = event.target.closest?.('a[href^="#"]')?.hash.slice(1);
      const sheet = hash && document.getElementById(decodeURIComponent(hash))?.closest("[data-sheet]");
      if (sheet?.hidden && !event.defaultPrevented) this.tab(sheet.dataset.sheet);
    });
    this.tab(this.tabLinks[0]?.dataset.tab);
  }

  tab(name) {
    for (const link of this.tabLinks) {
      if (link.dataset.tab === name) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    for (const sheet of this.read.querySelectorAll("[data-sheet]")) sheet.hidden = sheet.dataset.sheet !== name;
    this.currentTab = name;
  }

  // Shows the passage of a citation: its text to the front, its words marked, the focus on it.
  open(citation) {
    const { source, anchor } = citation;
    this.panes.show("read", { smooth: false });
    this.tab(source ?? this.config.lessonTab);
    const element = this.marks.elements(anchor.block).find((each) => each.checkVisibility());
    if (!element) return;
    this.marks.set("opened", [anchor]);
    element.scrollIntoView({ block: "center" });
    element.focus({ preventScroll: true });
    announce(`${this.config.passages[anchor.block].name}: ${anchor.quote}`);
  }

  cited(block) {
    const chip = this.pane.element(block)?.querySelector("[data-citation]:last-child .cite");
    if (!this.panes.wide.matches) return;
    chip?.scrollIntoView({ block: "nearest" });
  }

  changed({ quiet = false } = {}) {
    const numbers = new Map();
    const anchors = [];
    for (const { question } of this.answers.answers) {
      for (const citation of this.answers.citations(question)) {
        anchors.push(citation.anchor);
        const named = numbers.get(citation.anchor.block) ?? [];
        numbers.set(citation.anchor.block, [...named, this.answers.number(citation.id)]);
      }
    }
    this.marks.set("cited", anchors);
    this.tag(numbers);
    const open = this.answers.openClaims().length;
    const badge = document.querySelector("[data-open-claims]");
    if (badge) {
      badge.hidden = !open;
      badge.textContent = this.words.say("openClaims", { n: open });
    }
    if (quiet) return;
    this.written = true;
    if (this.draft) this.draft.change(this.answers.body());
    else if (!this.config.preview) this.hear({ state: "writing", why: "typing" });
  }

  // Says in words, beside a passage, that it is cited: an underline alone says nothing to a screen reader.
  tag(numbers) {
    for (const old of this.read.querySelectorAll("[data-tag]")) old.remove();
    for (const [block, named] of numbers) {
      for (const element of this.marks.elements(block)) {
        const tag = document.createElement("p");
        tag.className = "tag";
        tag.dataset.tag = "";
        tag.textContent = this.words.say("citedAs", { n: named.length, numbers: named.join(", ") });
        element.after(tag);
      }
    }
  }

  // ------------------------------------------------------------------------------------------------------------- the acts

  acts() {
    this.form.addEventListener("submit", (event) => {
      const act = event.submitter?.value;
      if (this.config.preview) {
        // The server tries it out; what was written goes along in the form, and is kept nowhere.
        this.form.elements.base.value = JSON.stringify(this.answers.body());
        return;
      }
      event.preventDefault();
      if (event.submitter?.getAttribute("aria-disabled") === "true") {
        announce(this.trouble.querySelector("[data-trouble-words]").textContent);
        return;
      }
      if (act === "hand-in") this.ask();
      else if (act === "save") this.draft?.save();
    });
    this.dialog?.querySelector("[data-confirm]")?.addEventListener("click", () => {
      this.dialog.close();
      this.ready.then(() => this.draft.handIn({ incomplete: this.answers.missing().length > 0 }));
    });
    document.addEventListener("replies:changed", () => this.showUnanswered());
    this.showUnanswered();
    const keys = document.getElementById("keys");
    this.read.addEventListener("keydown", (event) => {
      if (event.key === "?" && !event.target.closest("input, select, textarea")) keys?.showModal();
    });
    // What this browser does not keep would go with the page.
    addEventListener("beforeunload", (event) => {
      if (this.draft ? this.draft.fleeting : this.written && !this.config.preview) event.preventDefault();
    });
    for (const event of ["online", "focus"]) {
      addEventListener(event, () => { if (this.unshown) this.showVersions(this.unshown); });
    }
  }

  // Which comments want an answer before anything is handed in.
  get wanted() {
    return this.config.wantsAnswers ? unanswered() : [];
  }

  showUnanswered() {
    const notice = document.querySelector("[data-unanswered]");
    if (!notice) return;
    const open = new Set(this.wanted.map(({ id }) => `#${id}`));
    for (const link of notice.querySelectorAll("a")) link.closest("li").hidden = !open.has(link.hash);
    notice.hidden = !open.size;
    for (const button of document.querySelectorAll("[data-ready]")) {
      button.dataset.first ??= button.textContent;
      button.textContent = open.size ? button.dataset.first : button.dataset.ready;
      document.getElementById("hand-in-title").textContent = button.textContent;
    }
  }

  ask() {
    const { wanted } = this;
    const first = this.dialog.querySelector("[data-answers-first]");
    if (first) {
      first.hidden = !wanted.length;
      first.querySelector("ul").replaceChildren(...wanted.map(({ id, name }) => {
        const item = document.createElement("li");
        const link = document.createElement("a");
        link.href = `#${id}`;
        link.textContent = name;
        link.addEventListener("click", (event) => {
          event.preventDefault();
          this.dialog.close();
          this.panes.show("answer", { smooth: false });
          const comment = document.getElementById(id);
          comment.closest("details").open = true;
          comment.scrollIntoView({ block: "center" });
          comment.querySelector("input[type=radio]").focus({ preventScroll: true });
        });
        item.append(link);
        return item;
      }));
    }
    this.dialog.querySelector("[data-confirm]").hidden = wanted.length > 0;
    const missing = this.answers.missing();
    const list = this.dialog.querySelector("[data-missing]");
    list.hidden = !missing.length;
    list.querySelector("[data-missing-words]").textContent = this.words.say("missing", { n: missing.length });
    list.querySelector("ul").replaceChildren(...missing.map((question) => {
      const item = document.createElement("li");
      const { name } = this.pane.box(question.id).dataset;
      const empty = this.answers.emptyCells(question.id);
      item.textContent = empty ? `${name}: ${this.words.say("cellsLeft", { n: empty })}` : name;
      return item;
    }));
    const open = this.answers.openClaims().length;
    const claims = this.dialog.querySelector("[data-unsupported]");
    claims.hidden = !open;
    claims.textContent = this.words.say("unsupported", { n: open });
    this.dialog.querySelector("[data-confirm]").textContent =
      this.words.say(missing.length ? "handInAnyway" : "handIn");
    this.dialog.showModal();
  }

  // ------------------------------------------------------------------------------------------------- what the draft says

  hear(news) {
    const { state } = news;
    this.state = state;
    if (state === "body") {
      this.answers.load(news.body);
      this.pane.show();
      this.changed({ quiet: true });
      return;
    }
    if (state === "receipt") {
      location.assign(this.config.urls.receipt.replace("/0/", `/${news.number}/`));
      return;
    }
    if (news.handIn && news.parked) {
      location.assign(this.parkedPage(news.parked));
      return;
    }
    this.pane.lock(this.config.readonly || state === "parked" || state === "handing");
    for (const button of document.querySelectorAll("[data-hand-in]")) {
      button.setAttribute("aria-disabled", String(state === "parked" || state === "handing"));
    }
    this.showState(news);
    this.showTrouble(news);
    if (state === "parked") this.showVersions(news);
  }

  showState({ state, at }) {
    const box = document.querySelector("[data-save]");
    const labels = {
      school: "savedAtSchool", writing: "notSavedYet", here: "savedHere", handing: "handingIn", parked: "setAside",
    };
    const label = labels[state] ?? "notSaved";
    const icon = { school: "school", writing: "", here: "here", handing: "here" }[state] ?? "not";
    box.classList.toggle("save--here", icon === "here" || state === "writing");
    box.classList.toggle("save--not", NOT_SAVED.has(state));
    for (const each of box.querySelectorAll("[data-icon]")) each.hidden = each.dataset.icon !== icon;
    box.querySelector("[data-save-words]").textContent = this.words.say(label, { time: at ? this.words.time(at) : "" }).trim();
    box.dataset.save = state;
    box.hidden = state === "school" && !at;
  }

  // The reason, in a place of its own that is read out when it changes.
  showTrouble(news) {
    const { state, why } = news;
    const calm = state === "school" || why === "typing";
    const known = `${state}.${why}` in this.config.labels ? `${state}.${why}` : state;
    const detail = SAYS_ALL.has(why) ? "" : news.detail;
    const first = state === "refused" && news.handIn ? this.words.say("notHandedIn") : "";
    const words = calm ? "" : [first, this.words.say(known), detail].filter(Boolean).join(" ");
    const line = this.trouble.querySelector("[data-trouble-words]");
    if (line.textContent !== words) line.textContent = words;
    this.trouble.hidden = !words;
    for (const button of this.trouble.querySelectorAll("[data-when]")) {
      button.hidden = !button.dataset.when.split(" ").some((when) => when === state || when === why);
    }
    this.trouble.querySelector("[data-retry]").onclick = () => this.draft.resume();
    this.trouble.querySelector("[data-take-back]").onclick = () => this.draft.takeBack();
    this.trouble.querySelector("[data-parked-link]").href = news.parked ? this.parkedPage(news.parked) : "#";
  }

  parkedPage(parked) {
    return this.config.urls.parkedPage.replace("00000000-0000-0000-0000-000000000000", parked.id);
  }

  // Both texts side by side, with the forms to choose: the same that the page of a parked copy shows.
  async showVersions(news) {
    this.unshown = news;
    let response;
    try {
      response = await fetch(this.parkedPage(news.parked), { headers: { "X-Fragment": "versions" }, credentials: "same-origin" });
    } catch {
      return;
    }
    // Where the sign-in has run out, a redirect has led to another page: not one to show in here.
    if (!response.ok || response.redirected) return;
    this.unshown = null;
    this.choose.innerHTML = await response.text();
    this.choose.hidden = false;
    this.panes.show("answer", { smooth: false });
    this.choose.querySelector("h2")?.focus();
  }
}

const config = document.getElementById("desk-config");
if (config) new Desk(JSON.parse(config.textContent)).start();
