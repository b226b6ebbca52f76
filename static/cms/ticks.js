// Long lists of tick boxes (`.ticks`) in the editor: a field above that shows only what matches, and how many are ticked.
// The box itself scrolls, which the style sheet does. The words come from data attributes, so that they are translated.
const LONG = 12;

for (const list of document.querySelectorAll("div.ticks")) startTicks(list);

function startTicks(list) {
  const rows = [...list.querySelectorAll("label")].map((label) => ({
    row: label.closest("li") ?? label.parentElement,
    box: label.querySelector("input"),
    text: plain(label.textContent),
  }));
  if (rows.length < LONG) return;
  const words = rows[0].box.dataset; // Django hands what is said of the list on to its boxes

  const search = document.createElement("input");
  search.type = "search";
  search.autocomplete = "off";
  search.placeholder = search.ariaLabel = words.filterLabel;
  const only = document.createElement("input");
  only.type = "checkbox";
  const onlyLabel = document.createElement("label");
  onlyLabel.append(only, ` ${words.tickedLabel}`);
  const count = document.createElement("span");
  count.role = "status";
  const bar = document.createElement("div");
  bar.className = "ticks-bar";
  bar.append(search, onlyLabel, count);
  list.before(bar);

  const show = () => {
    const wanted = plain(search.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { row, box, text } of rows) {
      const fits = wanted.every((word) => text.includes(word)) && (!only.checked || box.checked);
      row.hidden = !fits;
      shown += fits;
    }
    const ticked = rows.filter(({ box }) => box.checked).length;
    count.textContent = words.countLabel.replace("{ticked}", ticked).replace("{shown}", shown);
  };
  search.addEventListener("input", show);
  only.addEventListener("change", show);
  list.addEventListener("change", show);
  // In a form Enter would save the lesson; here it goes to the first match.
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    rows.find(({ row }) => !row.hidden)?.box.focus();
  });
  show();
}

function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();
}
