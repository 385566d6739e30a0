// The choice between light and dark. Runs before the page is drawn, so that the other theme does not flash.
(() => {
  const KEY = "osmsite-theme";
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const stored = () => {
    try {
      return localStorage.getItem(KEY) || "auto";
    } catch {
      return "auto";
    }
  };
  const apply = () => {
    const choice = stored();
    const theme = choice === "auto" ? (dark.matches ? "dark" : "light") : choice;
    document.documentElement.dataset.bsTheme = theme;
    document.documentElement.dataset.themeChoice = choice;
    document.dispatchEvent(new CustomEvent("themechange", { detail: theme }));
    const button = document.getElementById("theme");
    if (button) {
      button.hidden = false;
      button.querySelector(".label").textContent = button.dataset[choice];
      button.title = button.dataset[choice];
    }
  };
  apply();
  dark.addEventListener("change", apply);
  // The choice may change in another window, or in the page around this frame.
  window.addEventListener("storage", (event) => {
    if (event.key === KEY) apply();
  });
  document.addEventListener("DOMContentLoaded", () => {
    apply();
    document.getElementById("theme")?.addEventListener("click", () => {
      const order = ["auto", "light", "dark"];
      const next = order[(order.indexOf(stored()) + 1) % 3];
      try {
        localStorage.setItem(KEY, next);
      } catch {
        /* in a private window the choice lasts as long as the page */
      }
      apply();
    });
  });
})();
