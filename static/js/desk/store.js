// Copies of unsent text on this device. A copy belongs to one person and one piece of work, and is sealed with a key that
// the site gives to that person only: whoever signs in next on a shared computer finds nothing that can be read.
// A copy is removed only by the digest of the text that has arrived, so newer words are never thrown away with older ones.

const NAME = "desk";
const TABLE = "copies";
const PREFIX = "desk-copy/";
const PATIENCE = 3000;

const toText = (bytes) => btoa(Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join(""));
const toBytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const fromHex = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));

// A database that never answers (it happens) must not keep anybody from writing.
const soon = (work) => new Promise((resolve, reject) => {
  const timer = setTimeout(() => reject(new Error("The storage of this browser does not answer.")), PATIENCE);
  work((value) => { clearTimeout(timer); resolve(value); }, (error) => { clearTimeout(timer); reject(error); });
});
const answer = (request) => soon((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});
// A full device may let a request succeed and then undo the whole transaction: only its end says that something is kept.
const finished = (transaction) => soon((resolve, reject) => {
  transaction.oncomplete = () => resolve();
  transaction.onabort = () => reject(transaction.error);
});

class Indexed {
  static async open() {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(TABLE, { keyPath: "key" });
    return new Indexed(await answer(request));
  }

  constructor(database) { this.database = database; }

  table(mode) { return this.database.transaction(TABLE, mode).objectStore(TABLE); }
  all(scope) { return answer(this.table("readonly").getAll(IDBKeyRange.bound(scope, `${scope}\uffff`))); }

  async put(record) {
    const table = this.table("readwrite");
    const end = finished(table.transaction);
    table.put(record);
    await end;
  }

  async remove(key, digest) {
    const table = this.table("readwrite");
    const found = await answer(table.get(key));
    if (found && (digest === undefined || found.digest === digest)) await answer(table.delete(key));
  }
}

class Local {
  static open() {
    localStorage.setItem(`${PREFIX}?`, "");
    localStorage.removeItem(`${PREFIX}?`);
    return new Local();
  }

  keys() { return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)); }
  async all(scope) {
    return this.keys().filter((key) => key.startsWith(PREFIX + scope)).map((key) => JSON.parse(localStorage.getItem(key)));
  }
  async put(record) { localStorage.setItem(PREFIX + record.key, JSON.stringify(record)); }
  async remove(key, digest) {
    const found = JSON.parse(localStorage.getItem(PREFIX + key));
    if (found && (digest === undefined || found.digest === digest)) localStorage.removeItem(PREFIX + key);
  }
}

async function shelf(kind) {
  const kinds = { indexed: Indexed, local: Local };
  for (const each of kind ? [kinds[kind]] : [Indexed, Local]) {
    try { return await each.open(); } catch { /* refused by this browser: the next one */ }
  }
  return null;
}

export class Store {
  // `keys`, as hex: the first seals, any of them may open (the site's secret may have been changed meanwhile).
  static async open({ person, submission, keys, kind = null }) {
    const place = globalThis.crypto?.subtle && keys.length ? await shelf(kind) : null;
    const opened = place ? await Promise.all(keys.map((hex) =>
      crypto.subtle.importKey("raw", fromHex(hex), "AES-GCM", false, ["encrypt", "decrypt"]))) : [];
    return new Store(place, `${person}/${submission}/`, opened);
  }

  constructor(place, scope, keys) {
    this.place = place;
    this.scope = scope;
    this.keys = keys;
  }

  // Whether anything is kept at all; without a place, unsent text lives only as long as its page.
  get keeps() { return this.place !== null; }

  async put(slot, digest, value) {
    if (!this.place) return false;
    try {
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const plain = new TextEncoder().encode(JSON.stringify(value));
      const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, this.keys[0], plain);
      await this.place.put({ key: this.scope + slot, digest, at: Date.now(), iv: toText(iv), sealed: toText(sealed) });
      return true;
    } catch {
      return false;   // the device is full, or storage was taken away
    }
  }

  // [{slot, digest, at, value}], newest first; what no key of this person opens is passed over.
  async all() {
    const records = this.place ? await this.place.all(this.scope).catch(() => []) : [];
    const found = [];
    for (const { key, digest, at, iv, sealed } of records) {
      const value = await this.unseal(iv, sealed);
      if (value !== null) found.push({ slot: key.slice(this.scope.length), digest, at, value });
    }
    return found.sort((one, other) => other.at - one.at);
  }

  async unseal(iv, sealed) {
    for (const key of this.keys) {
      try {
        const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: toBytes(iv) }, key, toBytes(sealed));
        return JSON.parse(new TextDecoder().decode(plain));
      } catch { /* sealed with another key, or damaged */ }
    }
    return null;
  }

  // With a digest, only the copy of exactly that text goes.
  async remove(slot, digest) {
    await this.place?.remove(this.scope + slot, digest).catch(() => {});
  }
}

// The pieces of work of which this device keeps a text of this person's, without opening any of it. (Of an answer to a
// comment it is not said that it will be sent: nobody may ask for it any more.)
export async function unsentOf(person) {
  const works = new Set();
  for (const kind of ["indexed", "local"]) {
    const place = await shelf(kind);
    for (const { key } of (await place?.all(`${person}/`).catch(() => [])) ?? []) {
      const [, work, what] = key.split("/");
      if (what !== "reply") works.add(work);
    }
  }
  return [...works];
}
