// Of tabs that do not all fit, the one that is shown stands in sight.
export function startTabs(scope = document) {
  for (const strip of scope.querySelectorAll(".tabs")) {
    const current = strip.querySelector('[aria-current], [aria-selected="true"]');
    if (!current || strip.scrollWidth <= strip.clientWidth) continue;
    const [box, tab] = [strip.getBoundingClientRect(), current.getBoundingClientRect()];
    strip.scrollLeft += tab.left + tab.width / 2 - box.left - box.width / 2;
  }
}
