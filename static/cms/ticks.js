// Long lists of tick boxes (`.ticks`) in the editor: a field above that shows only what matches, and how many are ticked.
// The box itself scrolls, which the style sheet does. The words come from data attributes, so that they are translated.
const LONG = 12;

for (const list of document.querySelectorAll(".ticks[data-filter-label]")) startTicks(list);

function startTicks(list) {
  const rows = [...list.querySelectorAll("label")].map((label) => ({
    row: label.closest("li") ?? label.parentElement,
    box: label.querySelector("input"),
    words: plain(label.textContent),
  }));
  list.tabIndex = 0;
  if (rows.length < LONG) return;

  const search = document.createElement("input");
  search.type = "search";
  search.autocomplete = "off";
  search.placeholder = search.ariaLabel = list.dataset.filterLabel;
  const only = document.createElement("input");
  only.type = "checkbox";
  const onlyLabel = document.createElement("label");
  onlyLabel.append(only, ` ${list.dataset.tickedLabel}`);
  const count = document.createElement("span");
  count.role = "status";
  const bar = document.createElement("div");
  bar.className = "ticks-bar";
  bar.append(search, onlyLabel, count);
  list.before(bar);

  const show = () => {
    const wanted = plain(search.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { row, box, words } of rows) {
      const fits = wanted.every((word) => words.includes(word)) && (!only.checked || box.checked);
      row.hidden = !fits;
      shown += fits;
    }
    const ticked = rows.filter(({ box }) => box.checked).length;
    count.textContent = list.dataset.countLabel.replace("{ticked}", ticked).replace("{shown}", shown);
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
