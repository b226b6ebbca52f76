// <button data-dialog="id"> opens <dialog id>; [data-close] inside shuts it. Without script the button's own form or link acts.
export function startDialogs(scope = document) {
  scope.addEventListener("click", (event) => {
    const opener = event.target.closest?.("[data-dialog]");
    const dialog = opener && document.getElementById(opener.dataset.dialog);
    if (dialog?.showModal) {
      event.preventDefault();
      dialog.showModal();
      return;
    }
    event.target.closest?.("[data-close]")?.closest("dialog")?.close();
  });
}
