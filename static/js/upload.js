// How much of a file has been sent; without this the form is sent as forms are.

const parts = (form) => [form.querySelector(".upload-progress"), form.querySelector("progress"), form.querySelector("[type=submit]")];

document.body.addEventListener("htmx:beforeRequest", ({ target }) => {
  if (!target.matches("[data-upload]")) return;
  const [row, , button] = parts(target);
  row.hidden = false;
  button.disabled = true;
});
document.body.addEventListener("htmx:xhr:progress", ({ target, detail }) => {
  if (!target.matches("[data-upload]") || !detail.lengthComputable) return;
  const [, bar] = parts(target);
  bar.value = (detail.loaded / detail.total) * 100;
});
document.body.addEventListener("change", ({ target }) => {
  const { most, tooLarge } = target.form?.dataset || {};
  if (target.type === "file" && most) target.setCustomValidity(target.files[0]?.size > Number(most) ? tooLarge : "");
});
document.body.addEventListener("htmx:sendError", ({ target }) => {
  if (!target.matches("[data-upload]")) return;
  const [row, , button] = parts(target);
  row.hidden = true;
  button.disabled = false;
});
document.body.addEventListener("htmx:afterSettle", () => document.querySelector("#upload .has-error :is(input, select)")?.focus());
