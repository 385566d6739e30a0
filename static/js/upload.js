// Shows how much of a file has been sent. Without this script the form is submitted as usual.

/** Return the progress row, the progress bar and the button of a form. */
const parts = (form) => [
  form.querySelector(".upload-progress"),
  form.querySelector("progress"),
  form.querySelector("[type=submit]"),
];

/** Return the upload form that an event is about, or null. */
const formOf = (event) => (event.target.matches("[data-upload]") ? event.target : null);

function setSending(event, isSending) {
  const form = formOf(event);
  if (!form) return;
  const [row, , button] = parts(form);
  row.hidden = !isSending;
  button.disabled = isSending;
}

document.addEventListener("htmx:beforeRequest", (event) => setSending(event, true));
document.addEventListener("htmx:sendError", (event) => setSending(event, false));
document.addEventListener("htmx:xhr:progress", (event) => {
  const form = formOf(event);
  if (!form || !event.detail.lengthComputable) return;
  const [, bar] = parts(form);
  bar.value = (event.detail.loaded / event.detail.total) * 100;
});
document.addEventListener("change", (event) => {
  const input = /** @type {any} */ (event.target);
  const { most, tooLarge } = input.form?.dataset || {};
  if (input.type === "file" && most) input.setCustomValidity(input.files[0]?.size > Number(most) ? tooLarge : "");
});
document.addEventListener("htmx:afterSettle", () =>
  document.querySelector("#upload .has-error :is(input, select)")?.focus(),
);
