// Keys on the drawing of the time: one mark is a tab stop, left and right go to the others, home and end to the outermost;
// + and - look closer and from farther away. Everything is a link, so that it works without this too.
const drawing = document.querySelector("svg.time");
const marks = drawing ? [...drawing.querySelectorAll("a.at")] : [];
const left = (mark) => mark.getBoundingClientRect().left;
marks.sort((one, other) => left(one) - left(other));

function go(mark) {
  for (const each of marks) each.setAttribute("tabindex", each === mark ? "0" : "-1");
}

if (marks.length) go(marks[0]);
drawing?.addEventListener("focusin", (event) => {
  const mark = event.target.closest("a.at");
  if (mark) go(mark);
});
drawing?.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const at = marks.indexOf(event.target.closest("a.at"));
  const next = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: marks.length - 1 }[event.key];
  const zoom = { "+": "zoom-in", "-": "zoom-out" }[event.key];
  if (zoom) document.querySelector(`[data-zoom="${zoom}"]`)?.click();
  else if (marks[next]) marks[next].focus();
  else return;
  event.preventDefault();
});
