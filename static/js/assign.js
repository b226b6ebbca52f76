// The assign page: how many questions and points are ticked; the names only while they are asked for.
// The return page: how many are ticked, said by the button.
const format = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => values[name]);

for (const form of document.querySelectorAll("[data-assign]")) {
  startTotal(form);
  startNames(form);
  startCount(form);
}

function startTotal(form) {
  const line = form.querySelector("[data-points-total]");
  const boxes = [...form.querySelectorAll('input[name="questions"]')];
  if (!line || boxes.length === 0) return;
  const say = () => {
    const ticked = boxes.filter((box) => box.checked);
    const points = ticked.reduce((sum, box) => sum + Number(box.dataset.points || 0), 0);
    line.textContent = format(ticked.length === 1 ? line.dataset.one : line.dataset.many, {
      n: ticked.length,
      points: Number(points.toFixed(2)).toLocaleString(document.documentElement.lang || undefined),
    });
  };
  form.addEventListener("change", say);
  say();
}

function startNames(form) {
  const names = form.querySelector("[data-named]");
  const choices = [...form.querySelectorAll('input[name="audience"]')];
  if (!names || choices.length === 0) return;
  const show = () => { names.hidden = !choices.some((choice) => choice.checked && choice.value === "named"); };
  form.addEventListener("change", show);
  show();
}

function startCount(form) {
  const button = form.querySelector("[data-count-submit]");
  if (!button) return;
  const boxes = [...form.querySelectorAll('input[name="submissions"]')];
  const say = () => {
    const n = boxes.filter((box) => box.checked).length;
    button.textContent = format(n === 1 ? button.dataset.one : button.dataset.many, { n });
    button.disabled = n === 0;
  };
  form.addEventListener("change", say);
  say();
}
