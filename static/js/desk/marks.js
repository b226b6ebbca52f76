// Marks on the text by name: "cited", "picked", "opened". Drawn as highlights; in a browser without them, with <mark>.
import { rangeOfAnchor } from "./anchors.js";

const CLASSES = { cited: "used", picked: "sel", opened: "hl" };
const PRIORITY = { cited: 0, picked: 1, opened: 2 };

function texts(range) {
  const root = range.commonAncestorContainer;
  if (root.nodeType === Node.TEXT_NODE) return [root];
  const found = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) if (range.intersectsNode(node)) found.push(node);
  return found;
}

function wrap(range, name) {
  const { startContainer, startOffset, endContainer, endOffset } = range;
  for (let node of texts(range)) {
    const first = node === startContainer ? startOffset : 0;
    const last = node === endContainer ? endOffset : node.data.length;
    if (first >= last) continue;
    if (last < node.data.length) node.splitText(last);
    if (first > 0) node = node.splitText(first);
    const mark = document.createElement("mark");
    mark.className = CLASSES[name];
    mark.dataset.mark = name;
    node.replaceWith(mark);
    mark.append(node);
  }
}

export class Marks {
  constructor(root, { native = Boolean(globalThis.CSS?.highlights && globalThis.Highlight) } = {}) {
    this.root = root;
    this.native = native;
  }

  // Every element that shows a block: the lesson and a source's own sheet may both do.
  elements(block) {
    return [...this.root.querySelectorAll(`[data-block="${CSS.escape(block)}"]`)];
  }

  set(name, anchors) {
    if (!this.native) {
      for (const mark of this.root.querySelectorAll(`mark[data-mark="${name}"]`)) {
        const parent = mark.parentNode;
        mark.replaceWith(...mark.childNodes);
        parent.normalize();
      }
      for (const anchor of anchors) {
        for (const element of this.elements(anchor.block)) {
          const range = rangeOfAnchor(anchor, element);
          if (range) wrap(range, name);
        }
      }
      return;
    }
    const ranges = anchors.flatMap((anchor) => this.elements(anchor.block).map((element) => rangeOfAnchor(anchor, element)));
    const highlight = new Highlight(...ranges.filter(Boolean));
    highlight.priority = PRIORITY[name];
    CSS.highlights.set(name, highlight);
  }
}
