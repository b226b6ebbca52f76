// Two panes: side by side on a wide page, on a phone two pages that a swipe moves between. The tab bar follows.
export class Panes {
  constructor(box = document.querySelector(".panes")) {
    this.box = box;
    this.panes = [...box.querySelectorAll(":scope > .pane")];
    this.tabs = [...document.querySelectorAll(".tabbar a[href^='#']")];
    this.wide = matchMedia("(min-width: 56rem)");
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
    for (const tab of this.tabs) {
      tab.addEventListener("click", (event) => {
        event.preventDefault();
        this.show(tab.hash.slice(1));
        history.replaceState(null, "", tab.hash);
      });
    }
    let due = false;
    box.addEventListener("scroll", () => {
      if (due) return;
      due = true;
      requestAnimationFrame(() => { due = false; this.follow(); });
    }, { passive: true });
    addEventListener("resize", () => this.show(this.current, { smooth: false }));
    const named = this.panes.find((pane) => location.hash === `#${pane.id}`);
    this.mark(named?.id ?? this.panes[0].id);
    if (named) this.show(named.id, { smooth: false });
  }

  // Whichever pane fills most of the box is the current one.
  follow() {
    if (this.wide.matches) return;
    const middle = this.box.getBoundingClientRect().left + this.box.clientWidth / 2;
    const current = this.panes.find((pane) => {
      const { left, right } = pane.getBoundingClientRect();
      return left <= middle && middle < right;
    });
    if (current) this.mark(current.id);
  }

  mark(id) {
    if (this.current === id) return;
    this.current = id;
    document.body.dataset.pane = id;
    for (const tab of this.tabs) {
      if (tab.hash === `#${id}`) tab.setAttribute("aria-current", "true");
      else tab.removeAttribute("aria-current");
    }
  }

  show(id, { smooth = true } = {}) {
    const pane = this.panes.find((each) => each.id === id);
    if (!pane) return;
    if (!this.wide.matches) {
      const left = pane.offsetLeft - this.box.offsetLeft;
      this.box.scrollTo({ left, behavior: smooth && !this.calm.matches ? "smooth" : "instant" });
    }
    this.mark(id);
  }
}
