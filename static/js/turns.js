// One save at a time, across everything on a page that is saved upon the same version.
let last = Promise.resolve();

export function inTurn(act) {
  const turn = last.then(act, act);
  last = turn.catch(() => {});
  return turn;
}
