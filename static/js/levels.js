// Digits choose a level of the criterion where one is.
let at = null;

document.addEventListener("focusin", (event) => { at = event.target.closest?.(".crit") ?? at; });

// Whether the digit was one of a level: 1 is the first shown, 0 is "not scored yet".
export function chooseLevel(digit) {
  const criterion = document.activeElement?.closest?.(".crit") ?? (at?.isConnected ? at : null);
  const levels = [...(criterion?.querySelectorAll("[data-levels] input:enabled") ?? [])];
  const scored = levels.filter((level) => level.value !== "");
  const level = digit === 0 ? levels.find((each) => each.value === "") : scored[digit - 1];
  if (!level) return false;
  level.checked = true;
  level.focus();
  level.dispatchEvent(new Event("input", { bubbles: true }));
  return true;
}
