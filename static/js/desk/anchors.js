// Selected words <-> the place in the edition that a citation names.
// A place is {block, start, end, quote}; offsets count Unicode code points, while the browser counts UTF-16 units.

export function pointsIn(text, units = text.length) {
  let points = 0;
  for (let at = 0; at < units; points += 1) at += text.codePointAt(at) > 0xffff ? 2 : 1;
  return points;
}

export function unitsIn(text, points) {
  let at = 0;
  for (; points > 0 && at < text.length; points -= 1) at += text.codePointAt(at) > 0xffff ? 2 : 1;
  return at;
}

const letters = globalThis.Intl?.Segmenter ? new Intl.Segmenter(undefined, { granularity: "grapheme" }) : null;
const CLINGS = /[\p{M}\u200d\ufe0f\uDC00-\uDFFF]/u;

function letterAt(text, at) {
  if (letters) {
    const found = letters.segment(text).containing(at);
    return [found.index, found.index + found.segment.length];
  }
  const clings = (unit) => unit < text.length && (CLINGS.test(text[unit]) || (/[\uDC00-\uDFFF]/.test(text[unit]) && unit > 0));
  let first = at;
  while (first > 0 && clings(first)) first -= 1;
  let last = at + 1;
  while (clings(last)) last += 1;
  return [first, last];
}

// The range grown to whole letters (no surrogate pair and no letter with its accents is cut), then without the space around it.
export function wholeLetters(text, start, end) {
  if (start < end && start < text.length) start = letterAt(text, start)[0];
  if (start < end && end < text.length) {
    const [first, last] = letterAt(text, end);
    if (first !== end) end = last;
  }
  while (start < end && /\s/.test(text[start])) start += 1;
  while (end > start && /\s/.test(text[end - 1])) end -= 1;
  return [start, end];
}

const words = globalThis.Intl?.Segmenter ? new Intl.Segmenter(undefined, { granularity: "word" }) : null;
const WORD = /[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}\p{N}]+)*/gu;

// The word that place lies inside of, as its two ends; null at its ends, and outside of all words.
function wordAround(text, place) {
  if (place <= 0 || place >= text.length) return null;
  if (words) {
    const found = words.segment(text).containing(place);
    return found.isWordLike && found.index < place ? [found.index, found.index + found.segment.length] : null;
  }
  for (const { index, 0: { length } } of text.matchAll(WORD)) {
    if (index < place && place < index + length) return [index, index + length];
  }
  return null;
}

// The range grown to whole words, in whatever script they are written.
export function wholeWords(text, start, end) {
  if (start >= end) return [start, end];
  return [wordAround(text, start)?.[0] ?? start, wordAround(text, end)?.[1] ?? end];
}

// The place of units start..end of a block's text; null when nothing but space is left.
export function anchorOf(block, text, start, end) {
  [start, end] = wholeLetters(text, start, end);
  if (start >= end) return null;
  const first = pointsIn(text, start);
  const quote = text.slice(start, end);
  return { block, start: first, end: first + pointsIn(quote), quote };
}

// Every passage of `root` that a range touches, one place a block, in the order of the page. `grown` widens a range of
// units within the text of its block.
export function anchorsIn(range, root, citable = () => true, grown = (text, start, end) => [start, end]) {
  const found = [];
  const seen = new Set();
  for (const element of root.querySelectorAll("[data-block]")) {
    const block = element.dataset.block;
    if (!citable(block) || !range.intersectsNode(element)) continue;
    const part = document.createRange();
    part.selectNodeContents(element);
    const before = part.cloneRange();
    if (range.compareBoundaryPoints(Range.START_TO_START, part) > 0) part.setStart(range.startContainer, range.startOffset);
    if (range.compareBoundaryPoints(Range.END_TO_END, part) < 0) part.setEnd(range.endContainer, range.endOffset);
    if (part.collapsed || !element.contains(part.commonAncestorContainer)) continue;
    before.setEnd(part.startContainer, part.startOffset);
    const start = before.toString().length;
    const text = element.textContent;
    const anchor = anchorOf(block, text, ...grown(text, ...wholeLetters(text, start, start + part.toString().length)));
    // One passage may stand twice on the page: in the lesson, and on its source's own sheet.
    const name = anchor && `${block} ${anchor.start} ${anchor.end}`;
    if (!anchor || seen.has(name)) continue;
    seen.add(name);
    found.push(anchor);
  }
  return found;
}

function spot(element, units) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  let node = walker.nextNode();
  let last = node;
  while (node) {
    if (units <= node.data.length) return [node, units];
    units -= node.data.length;
    last = node;
    node = walker.nextNode();
  }
  return last ? [last, last.data.length] : [element, 0];
}

// The DOM range of units start..end of an element's text.
export function rangeOf(element, start, end) {
  const range = document.createRange();
  range.setStart(...spot(element, start));
  range.setEnd(...spot(element, end));
  return range;
}

// The DOM range of a place in one element that shows its block; null when the words there are other words.
export function rangeOfAnchor(anchor, element) {
  const text = element.textContent;
  const start = unitsIn(text, anchor.start);
  const end = unitsIn(text, anchor.end);
  return text.slice(start, end) === anchor.quote && start < end ? rangeOf(element, start, end) : null;
}
