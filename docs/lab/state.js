/**
 * What the reader has chosen; all of it is in the URL's fragment, but for what is as by default.
 *
 * @typedef {{function: string, optimizers: string[], rates: Object<string, number>, decay: number, x: number,
 *   y: number, points: number, step: number, lang: string, theme: string}} State
 */

const MOST_POINTS = 2000;
const BOOK_OPTIMIZERS = ["sgd", "momentum", "adagrad", "adam"];

/** The state in which the program runs without flags, on that function. @returns {State} */
function defaultState(module, name = module.surfaces[0].name) {
  const { start, points, rates } = module.surface(name);
  return {
    function: name,
    optimizers: [...BOOK_OPTIMIZERS],
    rates: Object.fromEntries(module.optimizers.map((optimizer, i) => [optimizer, rates[i]])),
    decay: 0,
    x: start[0],
    y: start[1],
    points,
    step: points - 1,
    lang: navigator.language.startsWith("ko") ? "ko" : "en",
    theme: matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light",
  };
}

/** @param {State} state @returns {string} function=saddle&sgd=0.5&step=7 */
function toFragment(module, state) {
  const standard = defaultState(module, state.function);
  standard.step = state.points - 1;
  const fragment = new URLSearchParams();
  if (state.function !== module.surfaces[0].name) fragment.set("function", state.function);
  if (String(state.optimizers) !== String(standard.optimizers)) {
    fragment.set("optimizers", state.optimizers.join(" "));
  }
  for (const optimizer of module.optimizers) {
    if (state.rates[optimizer] !== standard.rates[optimizer]) fragment.set(optimizer, state.rates[optimizer]);
  }
  for (const name of ["decay", "x", "y", "points", "step"]) {
    if (state[name] !== standard[name]) fragment.set(name, state[name]);
  }
  fragment.set("lang", state.lang);
  fragment.set("theme", state.theme);
  return fragment.toString();
}

/** @returns {{state: State, wrong: string[]}} wrong: parts of the fragment that mean nothing, and are left out */
function fromFragment(module, text) {
  const fragment = new URLSearchParams(text);
  const wrong = [];
  /** Takes what is there under that name, if `read` makes something of it. */
  const take = (name, read, use) => {
    if (!fragment.has(name)) return;
    const value = read(fragment.get(name));
    if (value === undefined) wrong.push(`${name}=${fragment.get(name)}`);
    else use(value);
  };
  const oneOf = (names) => (word) => (names.includes(word) ? word : undefined);
  const number = (low, high, whole = false) => (digits) => {
    const x = Number(digits);
    return digits !== "" && x >= low && x <= high && (!whole || Number.isInteger(x)) ? x : undefined;
  };
  const words = (names) => (list) => {
    const chosen = list.split(" ").filter((word) => word !== "");
    return chosen.every((word) => names.includes(word)) ? names.filter((name) => chosen.includes(name)) : undefined;
  };

  let state = defaultState(module);
  take("function", oneOf(module.surfaces.map((surface) => surface.name)), (x) => (state = defaultState(module, x)));
  take("optimizers", words(module.optimizers), (x) => (state.optimizers = x));
  for (const optimizer of module.optimizers) {
    take(optimizer, number(Number.MIN_VALUE, 1e6), (x) => (state.rates[optimizer] = x));
  }
  take("decay", number(0, 1e6), (x) => (state.decay = x));
  for (const name of ["x", "y"]) take(name, number(-1000, 1000), (x) => (state[name] = x));
  take("points", number(1, MOST_POINTS, true), (x) => (state.points = x));
  state.step = state.points - 1;
  take("step", number(0, state.points - 1, true), (x) => (state.step = x));
  take("lang", oneOf(Object.keys(TEXTS)), (x) => (state.lang = x));
  take("theme", oneOf(["light", "dark"]), (x) => (state.theme = x));
  for (const name of fragment.keys()) {
    if (!(name in state) && !module.optimizers.includes(name)) wrong.push(name);
  }
  return { state, wrong };
}

/** The flags with which the program walks these paths. @param {State} state @returns {string[]} */
function flagsOf(module, state) {
  const standard = defaultState(module, state.function);
  const flags = [];
  if (state.function !== module.surfaces[0].name) flags.push(`--function=${state.function}`);
  if (String(state.optimizers) !== String(standard.optimizers)) {
    flags.push(`--optimizers=${state.optimizers.join(",")}`);
  }
  const rates = state.optimizers.filter((optimizer) => state.rates[optimizer] !== standard.rates[optimizer]);
  if (rates.length > 0) {
    flags.push(`--learning_rate=${rates.map((optimizer) => `${optimizer}=${state.rates[optimizer]}`).join(",")}`);
  }
  if (state.decay !== 0) flags.push(`--learning_rate_decay=${state.decay}`);
  if (state.x !== standard.x) flags.push(`--start_x=${state.x}`);
  if (state.y !== standard.y) flags.push(`--start_y=${state.y}`);
  if (state.points !== standard.points) flags.push(`--points=${state.points}`);
  return flags;
}
