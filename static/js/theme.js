// The light and dark switch. Without it pages follow the system; a choice is remembered on this device only.
const root = document.documentElement;
const system = matchMedia("(prefers-color-scheme: dark)");

export const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);

export function startThemeSwitch(scope = document) {
  const buttons = [...scope.querySelectorAll("[data-theme-switch]")];
  const name = () => {
    for (const button of buttons) {
      const label = isDark() ? button.dataset.toLight : button.dataset.toDark;
      button.setAttribute("aria-label", label);
      button.title = label;
    }
  };
  for (const button of buttons) {
    button.hidden = false;
    button.addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      try { localStorage.setItem("theme", root.dataset.theme); } catch { /* holds for this page then */ }
      name();
    });
  }
  system.addEventListener("change", name);
  name();
}
