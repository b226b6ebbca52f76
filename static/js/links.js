// A paragraph's number is a link; pressing it also copies its address, and says so for a moment.
export function startDeepLinks(scope = document) {
  scope.addEventListener("click", async (event) => {
    const link = event.target.closest?.("a.pn[data-copy]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const address = new URL(link.getAttribute("href"), location.href).href;
    try { await navigator.clipboard.writeText(address); } catch { return; }   // the link itself still works
    const words = link.closest("[data-copied-label]")?.dataset.copiedLabel;
    if (!words) return;
    link.dataset.copied = words;
    announce(words);
    setTimeout(() => delete link.dataset.copied, 1600);
  });
}

// Reads a sentence out to a screen reader without showing it or moving the focus.
export function announce(words) {
  let voice = document.getElementById("voice");
  if (!voice) {
    voice = document.createElement("p");
    voice.id = "voice";
    voice.className = "vh";
    voice.setAttribute("role", "status");
    document.body.append(voice);
  }
  voice.textContent = "";
  requestAnimationFrame(() => { voice.textContent = words; });
}
