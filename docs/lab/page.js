/** What the page does: each change of the state is walked, drawn, and written into the URL. */
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
  /** @type {State} */ let state;
  let walk, scale, view, timer = 0, writing = 0;  // what is drawn, and of playing and of the link

  const race = new Race(module, () => (race.show(state, text), writeLink()));
  const text = (key) => TEXTS[state.lang][key] ?? NAMES[key];
  const rateOfSlider = (position) => Number((10 ** position).toPrecision(3));

  // --- What is made once ---

  for (const surface of module.surfaces) element("function").append(new Option("", surface.name));
  element("points").max = String(MOST_POINTS);
  module.optimizers.forEach((name, i) => {
    const row = document.createElement("div");
    row.className = "optimizer";
    row.innerHTML = `${optimizerBox(`use-${name}`, i)}
      <input type="range" id="slide-${name}" min="-5" max="1.7" step="0.01">
      <input type="number" id="rate-${name}" min="1e-300" max="1000000" step="any" required>
      <span class="end" id="end-${name}"></span>`;
    element("optimizers").append(row);
    const rate = (value) => ((state.rates[name] = value), update());
    element(`use-${name}`).oninput = () => {
      const chosen = module.optimizers.filter((other) => element(`use-${other}`).checked);
      if (chosen.length > 0) state.optimizers = chosen;  // otherwise the last one stays
      update();
    };
    element(`slide-${name}`).oninput = (event) => rate(rateOfSlider(Number(event.target.value)));
    element(`rate-${name}`).onchange = ({ target }) => target.reportValidity() && rate(Number(target.value));
  });

  // --- What follows from the state ---

  /** Walks anew, and shows everything. */
  function update() {
    walk = module.walk(state);
    const { low, high } = module.surface(state.function);
    view = {  // as in the figures
      left: Math.min(low[0], 1.2 * state.x), right: Math.max(high[0], 1.2 * state.x),
      bottom: Math.min(low[1], 1.2 * state.y), top: Math.max(high[1], 1.2 * state.y),
    };
    show();
  }

  function show() {
    document.documentElement.lang = state.lang;
    document.documentElement.dataset.theme = state.theme;
    for (const part of document.querySelectorAll("[data-text]")) part.textContent = text(part.dataset.text);
    for (const part of document.querySelectorAll("[data-label]")) part.ariaLabel = text(part.dataset.label);
    document.title = text("title");
    element("theme").textContent = text(state.theme === "dark" ? "light" : "dark");
    element("paths").ariaLabel = text("picture");
    element("play").textContent = text(timer ? "pause" : "play");
    for (const option of element("function").options) {
      option.textContent = `${text(option.value)}: ${module.surface(option.value).formula}`;
    }
    for (const name of ["function", "x", "y", "points", "decay"]) element(name).value = state[name];
    element("step").max = state.points - 1;
    element("step").value = state.step;
    element("at").textContent = `${text("step")} ${state.step} ${text("of")} ${state.points - 1}`;
    for (const name of module.optimizers) showOptimizer(name);

    const shown = { paths: walk.paths, step: state.step, x: state.x, y: state.y };
    scale = drawPaths(element("paths"), module, module.surface(state.function), view, shown);
    for (const [coordinate, bottom, top] of [["x", view.left, view.right], ["y", view.bottom, view.top]]) {
      const curves = walk.paths.map((path) => ({ optimizer: path.optimizer, values: path[coordinate] }));
      const over = { left: 0, right: Math.max(state.points - 1, 1), bottom, top };
      drawCurves(element(`trace-${coordinate}`), module, curves, over, state.step + 1);
    }
    race.show(state, text);

    const flags = flagsOf(module, state);
    showCommand(element("command"), "optimizer_compare_naive", flags);
    showBadge(flags.length === 0);
    writeLink();
  }

  /** Not at once: browsers refuse many changes in a short time. */
  function writeLink() {
    clearTimeout(writing);
    writing = setTimeout(() => history.replaceState(null, "", `#${toFragment(module, state)}`), 200);
  }

  function showOptimizer(name) {
    const path = walk.paths.find((other) => other.optimizer === name);
    const rate = state.rates[name], f = path?.f[state.step];
    element(`use-${name}`).checked = path !== undefined;
    element(`use-${name}`).parentElement.lastElementChild.textContent = text(name);
    element(`slide-${name}`).ariaLabel = element(`rate-${name}`).ariaLabel = `${text("rate")} ${text(name)}`;
    if (rateOfSlider(Number(element(`slide-${name}`).value)) !== rate) element(`slide-${name}`).value = Math.log10(rate);
    element(`rate-${name}`).value = rate;
    element(`end-${name}`).textContent = path === undefined ? "" :
      `${text("end")} = ${Number.isFinite(f) ? Number(f.toPrecision(4)) : text("diverged")}`;
  }

  /** Green: as the native program, to the last bit. Red: not so. */
  function showBadge(recorded) {
    const equal = walk.checksum === DATA.checksum;
    const verdict = !recorded ? "unrecorded" : equal ? "equal" : "different";
    const expected = { unrecorded: "", equal: "✓", different: `≠ ${DATA.checksum} ✗` }[verdict];
    element("badge").className = verdict;
    element("badge").textContent = `${walk.checksum} ${expected} ${text(verdict)}`;
  }

  // --- What the reader does ---

  function goTo(step) {
    state.step = Math.min(Math.max(step, 0), state.points - 1);
    show();
  }
  function pause() {
    clearInterval(timer);
    timer = 0;
  }
  function play() {
    if (state.step === state.points - 1) state.step = 0;
    timer = setInterval(() => {
      if (state.step + 1 >= state.points - 1) pause();
      goTo(state.step + 1);
    }, Math.max(30, 5000 / state.points));
  }
  element("play").onclick = () => {
    if (timer) pause();
    else play();
    show();
  };
  element("back").onclick = () => goTo(state.step - 1);
  element("forward").onclick = () => goTo(state.step + 1);
  element("step").oninput = ({ target }) => goTo(Number(target.value));
  for (const [name, one, other] of [["lang", "ko", "en"], ["theme", "dark", "light"]]) {
    element(name).onclick = () => {
      state[name] = state[name] === one ? other : one;
      show();
    };
  }

  /** The function's own settings; the optimizers, language and theme stay. */
  function begin(name, optimizers) {
    pause();
    const { lang, theme, racers, raceRates, iterations } = state;
    state = { ...defaultState(module, name), optimizers, lang, theme, racers, raceRates, iterations };
    update();
  }
  element("function").oninput = ({ target }) => begin(target.value, state.optimizers);
  element("reset").onclick = () => begin(module.surfaces[0].name, BOOK_OPTIMIZERS);
  for (const name of ["x", "y", "points", "decay"]) {
    element(name).onchange = ({ target }) => {
      if (!target.reportValidity()) return;
      state[name] = Number(target.value);
      if (name === "points") state.step = state.points - 1;
      update();
    };
  }
  function moveStart(x, y) {
    const within = (value) => Math.min(Math.max(Number(value.toPrecision(3)), -1000), 1000);
    Object.assign(state, { x: within(x), y: within(y) });
    update();
  }
  const toPointer = ({ offsetX, offsetY }) => moveStart(scale.toX(offsetX), scale.toY(offsetY));
  element("paths").onpointerdown = (event) => {
    element("paths").setPointerCapture(event.pointerId);
    toPointer(event);
  };
  element("paths").onpointermove = (event) => element("paths").hasPointerCapture(event.pointerId) && toPointer(event);
  element("paths").onkeydown = (event) => {
    const [right, up] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key] ?? [];
    if (right === undefined) return;
    event.preventDefault();
    moveStart(state.x + (right * (view.right - view.left)) / 100, state.y + (up * (view.top - view.bottom)) / 100);
  };
  copyOnClick(element("copy"), element("command"));

  function followLink() {
    pause();
    const link = fromFragment(module, location.hash.slice(1));
    state = link.state;
    race.forget();
    update();
    note(link.wrong.length > 0 ? `${text("wrong")} ${link.wrong.join(", ")}` : "");
  }
  addEventListener("hashchange", followLink);
  addEventListener("resize", show);
  followLink();
  performance.mark("first picture");
})();
