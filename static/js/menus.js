// The menus of the header: Escape closes the open one, and so does a click or the focus elsewhere.

const header = document.querySelector(".site-nav");
const narrow = document.getElementById("menu");

/** Return whether the links of the header are a menu themselves, and open. */
const isOpen = () => narrow.checked && narrow.labels[0].offsetParent !== null;

document.addEventListener(
  "keydown",
  (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    const menu = header.querySelector("details[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    } else if (isOpen()) {
      narrow.checked = false;
      narrow.focus();
    } else return;
    event.preventDefault();
  },
  true,
);

for (const type of ["click", "focusin"]) {
  document.addEventListener(type, ({ target }) => {
    for (const menu of header.querySelectorAll("details[open]")) if (!menu.contains(target)) menu.open = false;
    if (isOpen() && !header.contains(target)) narrow.checked = false;
  });
}
