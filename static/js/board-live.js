// While a class works its board follows: it asks now and then whether anything moved, which costs the site little while
// nothing did, and rests while nobody looks.
const EVERY = 20_000;      // milliseconds
const AT_MOST = 300_000;   // between two tries without a connection

const follow = document.querySelector("[data-follow]");
if (follow) startFollowing(follow);

function startFollowing(bar) {
  const box = bar.querySelector("input");
  const voice = bar.querySelector("[role=status]");
  let tag = bar.dataset.tag, wait = EVERY, timer = null, asking = false, over = false;

  const rest = () => { clearTimeout(timer); timer = null; };
  const plan = () => {
    rest();
    if (box.checked && !document.hidden && !over) timer = setTimeout(ask, wait);
  };
  const say = (words) => { if (voice.textContent !== words) voice.textContent = words; };

  async function ask() {
    if (asking) return;
    asking = true;
    try {
      // What a board says is kept by no cache: the tag stands on the page.
      const answer = await fetch(location.href, { headers: { "If-None-Match": tag }, cache: "no-store", redirect: "manual", credentials: "same-origin" });
      if (answer.status === 200) {
        show(new DOMParser().parseFromString(await answer.text(), "text/html"));
        tag = answer.headers.get("ETag") ?? tag;
      } else if (answer.type === "opaqueredirect" || answer.status === 403 || answer.status === 404) {
        over = true;
      } else if (answer.status !== 304) {
        throw new Error(String(answer.status));
      }
      wait = EVERY;
      say(over ? voice.dataset.out : "");
    } catch {
      wait = Math.min(wait * 2, AT_MOST);
      say(voice.dataset.lost);
    } finally {
      asking = false;
      plan();
    }
  }

  box.checked = remembered() !== "off";
  bar.hidden = false;
  box.addEventListener("change", () => {
    remember(box.checked ? "on" : "off");
    if (box.checked) ask(); else rest();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) rest();
    else if (box.checked && !over) ask();
  });
  plan();
}

function remembered() {
  try { return localStorage.getItem("board-follow"); } catch { return null; }
}

function remember(value) {
  try { localStorage.setItem("board-follow", value); } catch { /* then it is asked again */ }
}

// Puts the new parts in place of the old. Where somebody reads stays where she reads, and so does the focus.
function show(fresh) {
  const held = document.activeElement?.closest("[data-live]") && document.activeElement.getAttribute("href");
  for (const part of document.querySelectorAll("[data-live]")) {
    const other = fresh.querySelector(`[data-live="${part.dataset.live}"]`);
    if (!other) { location.reload(); return; }   // the first student, or the last: another page
    part.replaceChildren(...other.childNodes);
  }
  const again = held && [...document.querySelectorAll("[data-live] a")].find((link) => link.getAttribute("href") === held);
  document.dispatchEvent(new CustomEvent("board:changed", { detail: { focused: again ?? null } }));
  again?.focus({ preventScroll: true });
}
