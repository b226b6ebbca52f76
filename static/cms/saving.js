// The editor under /cms/: what its own autosaves stored is no other person's version.
//
// The form says with which revision it was loaded. Wagtail tells the revisions of autosaves only to the next autosave, so
// the form learns them here; and a button pressed while an autosave is under way waits for its answer.
const underWay = new WeakSet();
const waiting = new WeakMap();

document.addEventListener("w-autosave:save", (event) => underWay.add(event.target));
document.addEventListener("w-autosave:success", (event) => {
  const { revision_id: id, revision_created_at: createdAt } = event.detail.response ?? {};
  if (id) {
    put(event.target, "loaded_revision_id", id);
    put(event.target, "loaded_revision_created_at", createdAt);
  }
  goOn(event.target);
});
document.addEventListener("w-autosave:error", (event) => goOn(event.target));

window.addEventListener("submit", (event) => {
  const form = event.target;
  if (!underWay.has(form)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  waiting.set(form, event.submitter);
}, { capture: true });

window.addEventListener("submit", (event) => {
  // An autosave that overtook the button's own save would make it look like somebody else's.
  if (!event.defaultPrevented) event.target.dataset.wAutosaveActiveValue = "false";
});

function goOn(form) {
  underWay.delete(form);
  if (!waiting.has(form)) return;
  const button = waiting.get(form);
  waiting.delete(form);
  // Wagtail has disabled the pressed button by now, and a disabled one says nothing.
  if (button?.name) put(form, button.name, button.value);
  form.requestSubmit();
}

function put(form, name, value) {
  let field = form.querySelector(`input[type="hidden"][name="${name}"]`);
  if (!field) {
    field = document.createElement("input");
    field.type = "hidden";
    field.name = name;
    form.append(field);
  }
  field.value = value;
}
