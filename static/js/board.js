// The boards: arrow keys move over the marks (one of them is in the tab order), and names are found while typing.
import { announce } from "./links.js";

const board = document.querySelector("[data-board]");
if (board) {
  startRoving(board);
  startFinding(board, document.querySelector("[data-board-find]"));
}

function startRoving(table) {
  let grid = [], every = [];
  const scan = (focused) => {
    grid = [...table.tBodies[0].rows].map((row) => [...row.cells].slice(1).map((cell) => cell.querySelector("a")));
    every = grid.flat().filter(Boolean);
    const first = every.includes(focused) ? focused : every[0];
    if (first) first.tabIndex = 0;
  };
  const links = table.querySelectorAll("tbody td a");
  if (links.length === 0 || links[0].tabIndex !== -1) return;   // rows of links, not a grid
  scan(null);
  document.addEventListener("board:changed", (event) => scan(event.detail.focused));

  const shown = (r) => grid[r] && !table.tBodies[0].rows[r].hidden;
  const placeOf = (link) => {
    for (let r = 0; r < grid.length; r += 1) {
      const c = grid[r].indexOf(link);
      if (c >= 0) return [r, c];
    }
    return null;
  };
  // The next mark in a direction, over hidden rows and over cells that were not given.
  const step = ([r, c], down, across) => {
    let row = r + down, column = c + across;
    while (row >= 0 && row < grid.length && column >= 0 && column < grid[row].length) {
      if (shown(row) && grid[row][column]) return grid[row][column];
      row += down;
      column += across;
    }
    return null;
  };
  const edge = (row, last) => {
    const links = grid[row].filter(Boolean);
    return last ? links[links.length - 1] : links[0];
  };
  const go = (link) => {
    if (!link) return;
    for (const other of every) other.tabIndex = -1;
    link.tabIndex = 0;
    link.focus();
    link.scrollIntoView({ block: "nearest", inline: "nearest" });
  };

  table.addEventListener("focusin", (event) => {
    if (!every.includes(event.target)) return;
    for (const other of every) other.tabIndex = other === event.target ? 0 : -1;
  });
  table.addEventListener("keydown", (event) => {
    const at = placeOf(event.target);
    if (!at || event.altKey || event.metaKey) return;
    const forward = getComputedStyle(table).direction === "rtl" ? -1 : 1;
    const moves = {
      ArrowUp: () => step(at, -1, 0),
      ArrowDown: () => step(at, 1, 0),
      ArrowLeft: () => step(at, 0, -forward),
      ArrowRight: () => step(at, 0, forward),
      Home: () => edge(event.ctrlKey ? grid.findIndex((_, r) => shown(r)) : at[0], false),
      End: () => edge(event.ctrlKey ? grid.findLastIndex((_, r) => shown(r)) : at[0], true),
    };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    go(move());
  });
}

function startFinding(table, field) {
  if (!field) return;
  const asked = new URLSearchParams(location.search).has("find") && field.value !== "";
  let rows = [], passed = new Set();
  const scan = () => {
    rows = [...table.tBodies[0].rows];
    passed = new Set(rows.filter((row) => row.hidden && !asked));   // hidden by the chosen filter
  };
  const nobody = document.querySelector("[data-board-nobody]");
  const voice = document.querySelector("[data-board-found]");
  // The same letters as the server's: without case, without accents.
  const plain = (words) => words.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").replace(/ł/g, "l").replace(/ø/g, "o").replace(/đ/g, "d").replace(/æ/g, "ae").replace(/œ/g, "oe");

  const find = () => {
    const wanted = plain(field.value.trim());
    let found = 0;
    for (const row of rows) {
      row.hidden = passed.has(row) || !row.dataset.name.includes(wanted);
      found += row.hidden ? 0 : 1;
    }
    if (nobody) nobody.hidden = found > 0;
    return found;
  };

  scan();
  document.addEventListener("board:changed", () => {
    scan();
    find();
  });
  field.addEventListener("input", () => {
    const found = find();
    if (voice) voice.textContent = String(found);
  });
  field.form?.addEventListener("submit", (event) => {
    event.preventDefault();
    const first = rows.find((row) => !row.hidden);
    (first?.querySelector("td a") ?? first?.querySelector("a"))?.focus();   // a mark, where there are marks
    if (!first && nobody) announce(nobody.textContent);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.target.closest("input, textarea, select")) return;
    event.preventDefault();
    field.focus();
  });
}
