// The draft of one submission, from keystroke to receipt.
//
// Every change is kept on this device at once and sent to school after a pause. What cannot be sent waits and is tried
// again; what was set aside stops the sending until its person has chosen, what was refused until she changes it. Handing
// in is an entry of its own with a name that never changes, so that pressing twice or sending twice hands in once. A copy
// on this device goes only when the school has answered with the digest of exactly that text.
import { ask } from "./api.js";
import { canonical, digest } from "./canonical.js";
import { Clock } from "./clock.js";
import { uuid } from "./ids.js";

const PAUSE = 1500;
const LONGEST = 10_000;
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 60_000;
const SIGN_IN_POLL = 15_000;
const ATTEMPT = "attempt";

export class Draft {
  // `tell(news)` hears of every change: {state, why, at, detail, parked, …}.
  //   school    the school has it, saved `at`
  //   writing   changed since, and kept nowhere yet: told with the very change
  //   here      kept on this device since `at`; why: "typing", "offline", "waiting", "signin"
  //   page      kept nowhere but in this page; why as above
  //   parked    the school has it, but did not put it into the draft; why: the type of the problem, or "stale"
  //   refused   the school would not take it; why: the type of the problem
  //   handing   being handed in; why: "", "offline", "waiting", "signin", or "page" where this device keeps nothing
  //   receipt   handed in: `number`, `receipt`
  //   body      another text was found to be the newest: show `body`
  constructor({ urls, store, rev, body, savedAt = null, edition, tell, before = async () => true, pause = PAUSE, longest = LONGEST }) {
    Object.assign(this, { urls, store, rev, body, savedAt, edition, before, pause, longest });
    this.shown = "school";
    this.tell = (news) => {
      if (news.state !== "body") this.shown = news.state;
      tell(news);
    };
    this.clock = new Clock();
    this.slot = `draft/${uuid()}`;
    this.why = "";
    this.text = canonical(body);
    this.schoolText = this.text;
    this.saved = body;           // what the school had when the page was made
    this.sent = new Set();       // texts whose arrival nobody has confirmed
    this.unsure = false;
    this.stopped = null;
    this.taken = null;           // the copy of an earlier page from which this text goes on, until it is kept anew
    this.entry = null;
    this.changedAt = 0;
    this.unsavedSince = 0;
    this.notBefore = 0;
    this.failures = 0;
    this.listen();
  }

  // While a sent text may have arrived, the one that was there before it need not be there any more.
  get dirty() { return this.text !== this.schoolText || this.sent.size > 0; }

  // Whether words, or a hand-in, would go with the page.
  get fleeting() {
    return Boolean(this.entry && !this.entryKept) || (this.dirty && !this.kept && this.stopped?.text !== this.text);
  }

  listen() {
    const hurry = () => {
      this.notBefore = 0;
      this.wake?.();
      this.plan();
    };
    addEventListener("online", hurry);
    addEventListener("focus", () => { if (this.waitsForSignIn) hurry(); });
    addEventListener("offline", () => { if (this.dirty && !this.stopped) this.tellHere("offline"); });
    addEventListener("pagehide", () => this.leave());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.leave();
      else if (this.waitsForSignIn) hurry();
    });
    // A page that comes out of the browser's memory does not know what became of its last save.
    addEventListener("pageshow", (event) => {
      if (!event.persisted) return;
      this.unsure = true;
      hurry();
    });
  }

  // ---------------------------------------------------------------------------------------------- what is on this device

  // Takes up what an earlier page left unsent. Call once. Words that the person has written meanwhile, or even before,
  // stay her draft: the copy is then set aside beside them.
  async start() {
    const copies = await this.store.all();
    const atSchool = await digest(this.saved);
    const drafts = [];
    for (const copy of copies) {
      if (!copy.slot.startsWith("draft/") || copy.slot === this.slot) continue;
      if (copy.digest === atSchool) await this.store.remove(copy.slot, copy.digest);
      else drafts.push(copy);
    }
    const newest = this.dirty ? undefined : drafts.find((copy) => copy.value.rev === this.rev);
    if (newest) {
      this.taken = newest;
      this.take(newest.value.body);
      this.tell({ state: "body", body: newest.value.body });
      await this.keeping;
    }
    const pending = copies.find((copy) => copy.slot === ATTEMPT);
    if (pending) {
      this.entry = pending.value;
      this.handIn();
      return;
    }
    // What is on the page goes first: with it at school the others are stale, and are set aside instead of taking its place.
    for (const copy of drafts.filter((each) => each !== newest)) {
      if (!(await this.save())) return;
      this.saving = this.bring(copy).finally(() => {
        this.saving = null;
        this.plan();
      });
      await this.saving;
    }
  }

  // A copy from before somebody saved elsewhere: the school parks it, and both texts are shown.
  async bring(copy) {
    const text = canonical(copy.value.body);
    if (text === this.schoolText) {
      await this.store.remove(copy.slot, copy.digest);
      return;
    }
    const answer = await this.put(copy.value.body, copy.value.rev);
    if (answer.outcome === "done") {
      if (answer.data.body_sha256 !== copy.digest) return;
      // Who has written meanwhile keeps her words, upon the revision that she saw: the next save sets them beside these.
      if (!this.dirty) {
        this.body = copy.value.body;
        this.text = text;
        this.tell({ state: "body", body: copy.value.body });
        await this.arrived(answer, text, copy.digest);
      }
      await this.store.remove(copy.slot, copy.digest);
    } else if (answer.data?.parked_copy) {
      // Before the choice stops all saving, words that were written meanwhile reach the school too.
      while (this.dirty && !this.stopped && (await this.send(false)));
      if (this.stopped) return;
      await this.parked(answer, copy.digest, { text });
      if (this.stopped?.state === "parked") await this.store.remove(copy.slot, copy.digest);
    }
  }

  keep() {
    this.wanting = true;
    this.keeping ??= this.write();
    return this.keeping;
  }

  async write() {
    while (this.wanting) {
      this.wanting = false;
      const { body, rev } = this;
      this.kept = await this.store.put(this.slot, await digest(body), { body, rev });
      if (this.kept) await this.letGo();
    }
    this.keeping = null;
    if (this.dirty && !this.stopped) this.tellHere(this.why || "typing");
  }

  // The copy of the earlier page is not needed any more: what goes on from it is kept, or at school.
  async letGo() {
    const { taken } = this;
    this.taken = null;
    if (taken) await this.store.remove(taken.slot, taken.digest);
  }

  // While something is being handed in, only that is told.
  tellHere(why) {
    this.why = why;
    if (!this.entry) this.tell({ state: this.kept ? "here" : "page", why, at: new Date() });
  }

  tellSchool() {
    this.why = "";
    if (!this.entry) this.tell({ state: "school", at: this.savedAt });
  }

  tellHanding(why) {
    this.tell({ state: "handing", why: why && why !== "signin" && !this.entryKept ? "page" : why });
  }

  // -------------------------------------------------------------------------------------------------------------- writing

  take(body) {
    const now = Date.now();
    this.body = body;
    this.text = canonical(body);
    this.changedAt = now;
    this.unsavedSince ||= now;
    // That the school has it is claimed of no letter that it has not.
    if (this.shown === "school") this.tell({ state: "writing", why: "typing" });
    this.keep();
    this.plan();
  }

  // The person has changed something.
  change(body) {
    const text = canonical(body);
    if (text === this.text) return;
    // What was refused is not what is here now. (What was set aside waits for its person's choice.)
    if (this.stopped?.state === "refused") this.stopped = null;
    const back = text === this.schoolText;
    if (back && this.unsure) this.sent.add(text);
    // That the school has it is known only while no save is on its way and none was lost; else it is sent again.
    if (back && !this.saving && !this.sent.size && !this.stopped) {
      this.body = body;
      this.text = this.schoolText;
      this.unsavedSince = 0;
      clearTimeout(this.timer);
      (this.keeping ?? Promise.resolve()).then(() => this.dirty || Promise.all([this.store.remove(this.slot), this.letGo()]));
      this.tellSchool();
      return;
    }
    this.take(body);
  }

  plan() {
    clearTimeout(this.timer);
    if (!this.dirty || this.stopped || this.saving || this.handing) return;
    const due = Math.max(Math.min(this.changedAt + this.pause, this.unsavedSince + this.longest), this.notBefore);
    this.timer = setTimeout(() => this.save(), Math.max(0, due - Date.now()));
  }

  // The person leaves a field, or asks for it: what is unsaved is sent without waiting for a pause.
  async save({ leaving = false } = {}) {
    while (this.saving) await this.saving;
    if (!this.dirty || this.stopped) return !this.stopped;
    clearTimeout(this.timer);
    this.saving = this.send(leaving).finally(() => {
      this.saving = null;
      this.plan();
    });
    return this.saving;
  }

  leave() {
    // A request must go out within this very event; what cannot, waits on this device for the next visit.
    if (this.saving || this.unsure || !this.dirty || this.stopped || this.handing) return;
    this.save({ leaving: true });
  }

  put(body, rev, leaving = false) {
    const headers = { "If-Match": `"d${rev}"` };
    return ask(this.urls.draft, { method: "PUT", body: { body }, headers, leaving, clock: this.clock });
  }

  async send(leaving) {
    if (this.unsure && !(await this.reconcile())) return !this.dirty;
    const { body, text } = this;
    const request = this.put(body, this.rev, leaving);
    this.sent.add(text);
    const [answer, sha] = await Promise.all([request, digest(body)]);
    if (answer.outcome === "done") return this.arrived(answer, text, sha);
    if (answer.outcome === "stale") return this.stale(answer, text, sha);
    if (answer.outcome === "stopped") return this.refused(answer, sha, { text });
    this.postpone(answer);
    return false;
  }

  async arrived({ data }, text, sha) {
    if (sha !== null && data.body_sha256 !== sha) return this.refused({ problem: "digest-mismatch", data: {} }, sha);
    this.rev = data.rev;
    this.savedAt = new Date(data.saved_at);
    this.schoolText = text;
    this.sent.clear();
    this.unsure = false;
    this.failures = 0;
    this.notBefore = 0;
    this.waitsForSignIn = false;
    this.unsavedSince = this.dirty ? Date.now() : 0;
    await this.keeping;
    await this.store.remove(this.slot, sha ?? undefined);
    await this.letGo();
    if (this.dirty) this.keep();
    else this.tellSchool();
    return true;
  }

  // After a save whose answer was lost: did it arrive? False when that cannot be learnt yet.
  async reconcile() {
    const answer = await ask(this.urls.draft, { clock: this.clock });
    if (answer.outcome !== "done") {
      if (answer.outcome === "stopped") await this.refused(answer, null);
      else this.postpone(answer);
      return false;
    }
    this.unsure = false;
    this.adopt(answer.data);
    return this.dirty;
  }

  // True when the text at school turns out to be one of ours.
  adopt({ rev, body, saved_at: at }) {
    const text = canonical(body);
    if (text !== this.text && !this.sent.has(text)) return rev === this.rev;
    this.rev = rev;
    this.schoolText = text;
    this.savedAt = at ? new Date(at) : this.savedAt;
    this.sent.clear();
    if (!this.dirty) {
      this.unsavedSince = 0;
      digest(body).then((sha) => this.store.remove(this.slot, sha ?? undefined));
      this.tellSchool();
    }
    return true;
  }

  postpone(answer) {
    if (answer.unsure) this.unsure = true;
    this.notBefore = Date.now() + this.waitAfter(answer);
    this.waitsForSignIn = answer.outcome === "signin";
    this.tellHere(this.reason(answer));
  }

  reason(answer) {
    if (answer.outcome === "signin") return "signin";
    return answer.offline ? "offline" : "waiting";
  }

  waitAfter(answer) {
    if (answer.outcome === "signin") return SIGN_IN_POLL;
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.failures);
    this.failures += 1;
    // Jitter, or a whole class comes back in the same second.
    return Math.max((answer.after ?? 0) * 1000, wait * (0.5 + Math.random() / 2));
  }

  // ------------------------------------------------------------------------------------------------- what was not applied

  async stale(answer, text, sha) {
    const current = await ask(this.urls.draft, { clock: this.clock });
    if (current.outcome === "done") {
      const before = this.rev;
      this.unsure = false;
      if (this.adopt(current.data) && this.rev !== before) {
        // Our own words, twice: an answer had been lost, or another tab had sent them.
        const copy = answer.data.parked_copy;
        if (copy?.kind === "save") await ask(`${this.urls.parked}/${copy.id}`, { method: "DELETE" });
        return !this.dirty;
      }
    }
    await this.parked({ ...answer, problem: "stale" }, sha, { text });
    if (this.text === text || this.stopped?.state !== "parked") return false;
    // Words typed while the request was under way: the school gets those too, before the person chooses.
    const { body: typed, text: newer } = this;
    const [again, its] = await Promise.all([this.put(typed, this.rev), digest(typed)]);
    if (again.data?.parked_copy) await this.parked({ ...again, problem: "stale" }, its, { text: newer });
    return false;
  }

  // `more.text`: what was set aside.
  async parked({ problem, data }, sha, more = {}) {
    const copy = data.parked_copy;
    if (!copy) return this.refused({ problem, data }, sha);
    if (sha !== null && copy.body_sha256 !== sha) return this.refused({ problem: "digest-mismatch", data: {} }, sha);
    await this.keeping;
    if (sha !== null) await this.store.remove(this.slot, sha);
    if (this.sent.has(more.text)) await this.letGo();
    this.stopped = { state: "parked", why: problem, detail: data.detail ?? "", parked: copy, ...more };
    this.tell(this.stopped);
    return false;
  }

  async refused({ problem, data }, sha, more = {}) {
    if (data.parked_copy) return this.parked({ problem, data }, sha, more);
    this.stopped = {
      state: "refused",
      why: problem,
      detail: data.detail ?? data.title ?? "",
      errors: data.errors ?? [],
      ...(this.entry ? { handIn: true } : {}),
    };
    // Every change tries again, and what is refused again and again is tried ever more rarely.
    this.notBefore = Date.now() + this.waitAfter({});
    this.tell(this.stopped);
    return false;
  }

  // After a refusal the person may try again, for example once a teacher has put something right.
  resume() {
    this.stopped = null;
    this.notBefore = 0;
    if (!this.dirty) this.tellSchool();
    return this.save();
  }

  // ------------------------------------------------------------------------------------------------------------ handing in

  // The time at school, while there is a connection: without it nobody can tell later when something was finished here.
  greet() {
    if (this.clock.stale) ask(this.urls.draft, { clock: this.clock });
  }

  // Hands in what is on the page. However often it is called before the receipt, it is one hand-in.
  handIn({ incomplete = false } = {}) {
    if (this.stopped?.state === "refused") this.stopped = null;
    if (this.stopped && !this.entry) {
      this.tell(this.stopped);
      return Promise.resolve(false);
    }
    if (this.handing) return this.handing;
    const handing = this.deliver(incomplete).finally(() => {
      if (this.handing !== handing) return;    // taken back, and handed in anew
      this.handing = null;
      this.plan();
    });
    this.handing = handing;
    return handing;
  }

  async deliver(incomplete) {
    // When it was finished is this moment, however long it waits here and whichever page sends it.
    const captured = this.clock.captured();
    this.entry ??= { client_attempt_id: uuid(), edition: this.edition, incomplete, body: this.body, captured };
    const { entry } = this;
    const sha = await digest(entry.body);
    this.entryKept = await this.store.put(ATTEMPT, sha, entry);
    this.tellHanding("");
    for (;;) {
      const answer = await this.attempt(entry, sha);
      if (this.entry !== entry) return false;    // taken back meanwhile
      if (answer.outcome === "done") return this.handedIn(answer.data, sha);
      if (answer.outcome === "stale") {
        // The draft was set aside. Its person chooses first, and then hands in anew: no later page does it unasked.
        this.entry = null;
        await this.store.remove(ATTEMPT);
        return false;
      }
      if (answer.outcome === "stopped") return this.notHandedIn(answer, sha);
      this.waitsForSignIn = answer.outcome === "signin";
      this.tellHanding(this.reason(answer));
      await this.rest(this.waitAfter(answer));
      if (this.entry !== entry) return false;
    }
  }

  // The draft first, so that the desk later shows what was handed in; then the hand-in, which carries its own words.
  async attempt(entry, sha) {
    if (this.dirty && this.text === canonical(entry.body)) {
      await this.save();
      if (this.stopped) return { outcome: "stale" };
      if (this.dirty) return { outcome: this.waitsForSignIn ? "signin" : "again", offline: this.why === "offline" };
    }
    if (!(await this.before())) return { outcome: "again" };
    return ask(this.urls.attempts, {
      method: "POST",
      headers: { "Idempotency-Key": entry.client_attempt_id },
      clock: this.clock,
      body: {
        client_attempt_id: entry.client_attempt_id,
        edition: entry.edition,
        body: entry.body,
        ...(sha === null ? {} : { body_sha256: sha }),
        ...(entry.incomplete ? { incomplete: true } : {}),
        ...(entry.captured ? { captured: entry.captured } : {}),
      },
    });
  }

  rest(milliseconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.wake = () => { clearTimeout(timer); resolve(); };
    });
  }

  async handedIn({ attempt, receipt }, sha) {
    if (sha !== null && receipt.body_sha256 !== sha) {
      return this.notHandedIn({ problem: "digest-mismatch", data: {} }, sha);
    }
    this.entry = null;
    await this.keeping;
    await this.store.remove(ATTEMPT, sha ?? undefined);
    for (const copy of await this.store.all()) await this.store.remove(copy.slot, sha ?? undefined);
    this.stopped = { state: "receipt", number: attempt.number, receipt };
    this.tell(this.stopped);
    return true;
  }

  async notHandedIn({ problem, data }, sha) {
    const copy = data.parked_copy;
    const text = canonical(this.entry.body);
    // Refused for good with these words; the words themselves are in the draft, or parked.
    this.entry = null;
    await this.store.remove(ATTEMPT);
    if (copy) {
      await this.parked({ problem, data }, sha, { handIn: true, text });
    } else {
      this.tell({ state: "refused", why: problem, detail: data.detail ?? "", errors: data.errors ?? [], handIn: true });
    }
    return false;
  }

  // The person would rather go on writing than wait for the connection.
  async takeBack() {
    this.entry = null;
    this.handing = null;
    await this.store.remove(ATTEMPT);
    this.wake?.();
    if (this.dirty) this.tellHere("waiting");
    else this.tellSchool();
    this.plan();
  }
}
