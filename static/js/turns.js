// One save at a time, across everything on a page that is saved upon the same version.
let last = Promise.resolve();

export function inTurn(act) {
  const turn = last.then(act, act);
  last = turn.catch(() => {});
  return turn;
}

// The version that a form is saved upon next. What was made of another one than it knew has something in it that its
// person has not seen: then it keeps its own, and the next save shows both.
export function goOn(field, { version, upon = Number(field.value) }) {
  if (Number(field.value) === upon) field.value = version;
}
