// A form that was refused: its summary takes the focus. A form that was sent: its button says so and is not pressed twice.
export function startForms(scope = document) {
  scope.querySelector(".errors[tabindex]")?.focus();
  scope.addEventListener("submit", (event) => {
    const form = event.target;
    // What opens in a tab of its own leaves this page as it is, to be sent for good later.
    if (form.method === "dialog" || event.defaultPrevented || event.submitter?.formTarget === "_blank") return;
    if (form.dataset.sent !== undefined) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "";
    const button = event.submitter;
    if (button?.dataset.wait) {
      button.setAttribute("aria-disabled", "true");
      button.textContent = button.dataset.wait;
    }
  });
  // A page that comes back from the browser's memory may be sent again.
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of scope.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });
  for (const field of scope.querySelectorAll("[data-submit-on-change]")) {
    field.addEventListener("change", () => field.form.requestSubmit());
  }
}
