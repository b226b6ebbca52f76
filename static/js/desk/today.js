// Says on the day's page that some words never left this device. What they are only their own desk can read.
import { unsentOf } from "./store.js";

const note = document.getElementById("unsent");
if (note) {
  const works = await unsentOf(note.dataset.person);
  note.querySelector("span").textContent = works.length === 1 ? note.dataset.one : note.dataset.more;
  note.hidden = !works.length;
}
