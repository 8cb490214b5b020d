"use strict";
// What the pages do but for the search (search.js). All of it is more comfortable, none of it necessary, but the lines
// of a range, #L31-L34, which no page has an anchor of.

// Dark or light: the choice of the reader, or else of the system. Before anything is drawn.
const dark = document.getElementById("site-dark");
const systemIsDark = matchMedia("(prefers-color-scheme: dark)");
function chooseTheme(theme) {
  dark.media = { dark: "screen", light: "not all" }[theme] || "screen and (prefers-color-scheme: dark)";
}
function remembered() {
  try {
    return localStorage.getItem("theme");
  } catch { // where nothing may be kept
    return null;
  }
}
chooseTheme(remembered());

function toggleTheme() {
  const isDark = matchMedia(dark.media).matches;
  const theme = isDark ? "light" : "dark";
  chooseTheme(theme);
  try {
    // The system's choice is not kept, so that the pages go with it again.
    if ((theme === "dark") === systemIsDark.matches) localStorage.removeItem("theme");
    else localStorage.setItem("theme", theme);
  } catch {}
}

// The number of the section at the top of the window: the same in each language.
function currentSection() {
  if (scrollY < 10) return "";
  const limit = document.querySelector("header").offsetHeight + 80;
  let current = "";
  for (const link of document.querySelectorAll("main .section")) {
    if (link.getBoundingClientRect().top > limit) break;
    current = link.hash;
  }
  return current;
}

function keepPlace() {
  for (const link of document.querySelectorAll(".language[rel]")) link.hash = currentSection();
}

// #L31 or #L31-L34, as on GitHub.
function showLines() {
  const range = /^#L(\d+)(?:-L(\d+))?$/.exec(location.hash);
  for (const line of document.querySelectorAll(".meant")) line.classList.remove("meant");
  if (!range) return;
  for (let i = Number(range[1]); i <= Number(range[2] || range[1]); ++i) {
    document.getElementById(`L${i}`)?.classList.add("meant");
  }
  document.getElementById(`L${range[1]}`)?.scrollIntoView();
}

document.addEventListener("DOMContentLoaded", () => {
  const contents = document.getElementById("site-contents");
  document.getElementById("site-theme").addEventListener("click", toggleTheme);
  document.addEventListener("scroll", keepPlace, { passive: true });
  keepPlace();
  showLines();
  addEventListener("hashchange", showLines);

  document.addEventListener("click", ({ target }) => {
    if (!contents.contains(target) || target.closest("a")) contents.open = false;
  });
  document.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape" || !contents.open) return;
    contents.open = false;
    contents.querySelector("summary").focus();
  });
  contents.addEventListener("toggle", () => {
    contents.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  });
  addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("main details")) details.open = true;
  });
});
