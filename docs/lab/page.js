/**
 * The page: a tab for each widget, the language, the theme, and the link.
 *
 * @typedef {{module: Module, text: (key: string) => string, show: () => void}} Page
 */
(async () => {
  const element = (id) => document.getElementById(id);
  const note = (text) => {
    element("note").textContent = text;
    element("note").hidden = text === "";
  };
  let module;
  try {
    module = await Module.load(DATA.module);
  } catch (error) {
    note(`${TEXTS.en.failed} ${error.message}\n${TEXTS.ko.failed} ${error.message}`);
    return;
  }

  let writing = 0;  // the timer of the link
  const text = (key) => TEXTS[state.lang][key] ?? NAMES[key];
  const page = { module, text, show };
  const widgets = [new Paths(page), new Race(page), new SignalsOfLayers(page), new Normalization(page),
    new Overfitting(page), new SearchWidget(page)];
  const tabs = Object.fromEntries(widgets.map((widget) => [widget.id, widget]));
  const fields = [
    choiceField("tab", widgets[0].id, Object.keys(tabs)),
    choiceField("lang", navigator.language.startsWith("ko") ? "ko" : "en", Object.keys(TEXTS)),
    choiceField("theme", matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light", ["light", "dark"]),
  ];
  let state = standardState(fields);

  /** Shows the state of the page, and of the widget that is seen. */
  function show() {
    document.documentElement.lang = state.lang;
    document.documentElement.dataset.theme = state.theme;
    for (const part of document.querySelectorAll("[data-text]")) part.textContent = text(part.dataset.text);
    for (const part of document.querySelectorAll("[data-label]")) part.ariaLabel = text(part.dataset.label);
    document.title = `${text("title")}: ${text(`tab-${state.tab}`)}`;
    element("theme").textContent = text(state.theme === "dark" ? "light" : "dark");
    for (const id of Object.keys(tabs)) {
      const selected = id === state.tab;
      element(id).hidden = !selected;
      element(`tab-${id}`).ariaSelected = String(selected);
      element(`tab-${id}`).tabIndex = selected ? 0 : -1;
    }
    tabs[state.tab].show();
    clearTimeout(writing);
    writing = setTimeout(writeLink, 200);  // not at once: browsers refuse many changes in a short time
  }

  /** The language and the theme are always in it, so that whoever follows it sees the same. */
  function writeLink() {
    const fragment = new URLSearchParams();
    if (state.tab !== widgets[0].id) fragment.set("tab", state.tab);
    toFragment(tabs[state.tab].fields, tabs[state.tab].state, fragment);
    fragment.set("lang", state.lang);
    fragment.set("theme", state.theme);
    history.replaceState(null, "", `#${fragment}`);
  }

  function followLink() {
    const fragment = new URLSearchParams(location.hash.slice(1)), wrong = [];
    state = fromFragment(fields, fragment, wrong);
    const seen = tabs[state.tab];
    seen.restore(fromFragment(seen.fields, fragment, wrong));
    const known = [...fields, ...seen.fields].map(({ name }) => name);
    wrong.push(...[...fragment.keys()].filter((name) => !known.includes(name)));
    turnTo(state.tab);
    note(wrong.length > 0 ? `${text("wrong")} ${wrong.join(", ")}` : "");
  }

  /** What runs in the other tabs ends. */
  function turnTo(id) {
    for (const widget of widgets) {
      if (widget.id !== id) widget.stop();
    }
    state.tab = id;
    show();
  }

  const ids = Object.keys(tabs);
  ids.forEach((id, i) => {
    const button = make("button", { id: `tab-${id}`, role: "tab" });
    button.dataset.text = `tab-${id}`;
    button.setAttribute("aria-controls", id);
    button.onclick = () => turnTo(id);
    button.onkeydown = ({ key }) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
      if (step === undefined) return;
      const next = ids[(i + step + ids.length) % ids.length];
      turnTo(next);
      element(`tab-${next}`).focus();
    };
    element("tabs").append(button);
  });
  for (const [name, one, other] of [["lang", "ko", "en"], ["theme", "dark", "light"]]) {
    element(name).onclick = () => {
      state[name] = state[name] === one ? other : one;
      show();
    };
  }
  addEventListener("hashchange", followLink);
  addEventListener("resize", show);
  followLink();
  performance.mark("first picture");
})();
