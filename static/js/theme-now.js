// Runs before the first paint, so that a chosen theme never flashes as the other one. All else waits (site.js).
try {
  const chosen = localStorage.getItem("theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch { /* storage refused: the page follows the system */ }
