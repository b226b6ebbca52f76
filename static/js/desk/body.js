// The answers of one submission as they are worked on, and the body that is sent. No page is touched here.
//
// While it is worked on every question has its answer, and every question in free text at least one block to write in.
// A table has every cell, row by row. What is sent leaves out the cells and the answers that hold nothing, so opening a desk
// and closing it changes nothing.
import { pointsIn } from "./anchors.js";
import { storable } from "./canonical.js";
import { uuid } from "./ids.js";

export const block = (kind = "paragraph") => ({ id: uuid(), kind, text: "", citations: [] });

export const cell = (row, column) => ({ ...block("cell"), row, column });

// The citations of a block in the order of reading: those that say no place in its text stand at its end.
export function placed({ text, citations }) {
  const length = pointsIn(text);
  const place = ({ at }) => Math.min(at ?? length, length);
  return [...citations].sort((one, other) => place(one) - place(other));
}

const isChoice = (question) => question.kind === "single" || question.kind === "multiple";
const isTable = (question) => question.kind === "table";
const isBare = (each) => !each.text && !each.citations.length;
const isEmpty = (answer) => !answer.choice?.length && answer.blocks.every((each) => each.kind === "paragraph" && isBare(each));

// The cells of the table in its order, and behind them whatever else stands in the answer.
function everyCell({ rows, columns }, blocks) {
  const others = [...blocks];
  const take = (row, column) => {
    const at = others.findIndex((each) => each.kind === "cell" && each.row === row && each.column === column);
    return at < 0 ? cell(row, column) : others.splice(at, 1)[0];
  };
  return [...rows.flatMap((row) => columns.map((column) => take(row, column))), ...others];
}

export class Answers {
  // `questions`: [{id, kind}] in the order of the assignment, a table with its `rows` and `columns`; `body`: what the school has.
  constructor(questions, body) {
    this.questions = questions;
    this.load(body);
  }

  load(body) {
    const given = new Map(body.answers.map((answer) => [answer.question, structuredClone(answer)]));
    this.answers = this.questions.map((question) => {
      const answer = given.get(question.id) ?? { question: question.id, blocks: [] };
      if (isTable(question)) answer.blocks = everyCell(question, answer.blocks);
      else if (!isChoice(question) && !answer.blocks.length) answer.blocks.push(block());
      return answer;
    });
  }

  body() {
    const answers = structuredClone(this.answers)
      .map((answer) => ({ ...answer, blocks: answer.blocks.filter((each) => each.kind !== "cell" || !isBare(each)) }))
      .filter((answer) => !isEmpty(answer));
    for (const each of answers.flatMap((answer) => answer.blocks)) {
      each.text = storable(each.text);
      const length = pointsIn(each.text);
      // A chip's place never lies behind a text that was shortened.
      for (const citation of each.citations) if (citation.at > length) citation.at = length;
    }
    return { answers };
  }

  answer(question) { return this.answers.find((each) => each.question === question); }

  blocks() { return this.answers.flatMap((answer) => answer.blocks); }

  block(id) { return this.blocks().find((each) => each.id === id); }

  questionOf(id) { return this.answers.find((answer) => answer.blocks.some((each) => each.id === id))?.question; }

  citations(question) { return this.answer(question).blocks.flatMap(placed); }

  // Citations are numbered through the whole work in the order of reading, as on every other page.
  number(citation) { return this.blocks().flatMap(placed).findIndex((each) => each.id === citation) + 1; }

  add(question, kind) {
    const made = block(kind);
    this.answer(question).blocks.push(made);
    return made;
  }

  // Both takings-out answer with the way back.
  remove(id) {
    const { blocks } = this.answer(this.questionOf(id));
    const at = blocks.findIndex((each) => each.id === id);
    const [gone] = blocks.splice(at, 1);
    return () => blocks.splice(Math.min(at, blocks.length), 0, gone);
  }

  cite(id, { source, anchor, stance }) {
    const citation = { id: uuid(), source, anchor, stance };
    this.block(id).citations.push(citation);
    return citation;
  }

  uncite(id, citation) {
    const { citations } = this.block(id);
    const at = citations.findIndex((each) => each.id === citation);
    const [gone] = citations.splice(at, 1);
    return () => citations.splice(Math.min(at, citations.length), 0, gone);
  }

  words(question) {
    return this.answer(question).blocks.reduce((sum, each) => sum + (each.text.match(/\S+/g)?.length ?? 0), 0);
  }

  isAnswered(question) {
    const answer = this.answer(question);
    return Boolean(answer.choice?.length) || answer.blocks.some((each) => each.text.trim());
  }

  // How many cells of its table have no words yet; of any other question none.
  emptyCells(question) {
    const { rows = [], columns = [] } = this.questions.find((each) => each.id === question);
    return this.answer(question).blocks.slice(0, rows.length * columns.length).filter((each) => !each.text.trim()).length;
  }

  // A table is answered once every cell has words.
  missing() {
    return this.questions.filter((question) => question.required
      && (isTable(question) ? this.emptyCells(question.id) > 0 : !this.isAnswered(question.id)));
  }

  openClaims() {
    return this.blocks().filter((each) => each.kind === "claim" && each.text.trim() && !each.citations.length);
  }
}
