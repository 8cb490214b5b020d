"use strict";
// Search in all pages: in search_index.js, which is read at the first use. A list of sections:
// [page, anchor, language, title of the page, title of the section, text].
const field = document.getElementById("site-search");
const results = document.getElementById("site-results");
const root = field.dataset.root;
let sections = null; // with the text in small letters, once the index is there

function readIndex() {
  if (document.getElementById("site-index")) return;
  const script = document.createElement("script");
  script.id = "site-index";
  script.src = root + "search_index.js";
  script.onload = () => {
    sections = SEARCH_INDEX.map((section) => ({ section, text: section.slice(3).join(" ").toLowerCase() }));
    show();
  };
  document.head.append(script);
}

// Every word is somewhere in the section: Korean words are found before any ending. Titles count more, and the language
// of this page.
function find(words) {
  const score = ([, , language, title, heading]) =>
    (language === document.documentElement.lang ? 100 : 0) +
    words.filter((word) => heading.toLowerCase().includes(word)).length * 2 +
    words.filter((word) => title.toLowerCase().includes(word)).length;
  return sections
    .filter(({ text }) => words.every((word) => text.includes(word)))
    .map(({ section }) => ({ section, score: score(section) }))
    .sort((a, b) => b.score - a.score)
    .map(({ section }) => section);
}

// The text around the first word, with the words marked.
function snippet(text, words) {
  const small = text.toLowerCase();
  const at = Math.max(0, ...words.map((word) => small.indexOf(word)).filter((i) => i >= 0).slice(0, 1));
  const begin = Math.max(0, at - 60);
  const shown = document.createElement("small");
  const escaped = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const pieces = text.slice(begin, at + 140).split(new RegExp(`(${escaped.join("|")})`, "i"));
  if (begin > 0) shown.append("… ");
  pieces.forEach((piece, i) => {
    if (i % 2 === 0) return shown.append(piece);
    shown.appendChild(document.createElement("mark")).append(piece);
  });
  return shown;
}

function show() {
  const words = field.value.normalize("NFC").toLowerCase().split(/\s+/).filter(Boolean);
  results.hidden = words.length === 0 || !sections;
  if (results.hidden) return;
  const found = find(words).slice(0, 30);
  results.replaceChildren(...found.map(([page, anchor, language, title, heading, text]) => {
    const link = document.createElement("a");
    link.href = `${root}${page}#${anchor}`;
    link.lang = language;
    link.append(heading ? `${title} › ${heading}` : title, snippet(text, words));
    return link;
  }));
  if (found.length > 0) return;
  results.appendChild(document.createElement("p")).append(field.dataset.nothing);
}

function close() {
  results.hidden = true;
}

field.addEventListener("focus", readIndex);
field.addEventListener("input", show);
field.addEventListener("focus", show);
document.addEventListener("click", ({ target }) => {
  if (target !== field && (!results.contains(target) || target.closest("a"))) close();
});
document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  const links = [...results.querySelectorAll("a")], at = links.indexOf(document.activeElement);
  if (key === "/" && !target.closest("input")) {
    field.focus();
    field.select();
  } else if (key === "Escape" && !results.hidden) {
    field.focus();
    close();
  } else if (key === "Enter" && target === field && links.length > 0 && !event.isComposing) {
    links[0].click();
  } else if ((key === "ArrowDown" || key === "ArrowUp") && !results.hidden && (target === field || at >= 0)) {
    (links[at + (key === "ArrowDown" ? 1 : -1)] || field).focus();
  } else {
    return;
  }
  event.preventDefault();
});
