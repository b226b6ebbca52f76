// Marks, in the contents list, the section that is being read.
export function startContents(list = document.querySelector(".contents")) {
  if (!list) return;
  const links = new Map();
  for (const link of list.querySelectorAll('a[href^="#"]')) {
    const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (heading) links.set(heading, link);
  }
  if (!links.size) return;
  const headings = [...links.keys()];
  let marked = null;
  const mark = () => {
    const line = innerHeight * 0.3;
    const atEnd = innerHeight + scrollY >= document.documentElement.scrollHeight - 2;
    const passed = headings.filter((heading) => heading.getBoundingClientRect().top <= line);
    const current = links.get(atEnd ? headings.at(-1) : (passed.at(-1) ?? headings[0]));
    if (current === marked) return;
    marked?.removeAttribute("aria-current");
    current.setAttribute("aria-current", "true");
    marked = current;
    if (list.scrollWidth > list.clientWidth) list.scrollTo({ left: current.offsetLeft - list.clientWidth / 3 });
  };
  let due = false;
  addEventListener("scroll", () => {
    if (due) return;
    due = true;
    requestAnimationFrame(() => { due = false; mark(); });
  }, { passive: true });
  mark();
}
