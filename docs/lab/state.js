/**
 * What the reader has chosen; all of it is in the URL's fragment, but for what is as by default.
 *
 * @typedef {{function: string, optimizers: string[], rates: Object<string, number>, decay: number, x: number,
 *   y: number, points: number, step: number, lang: string, theme: string, racers: string[],
 *   raceRates: Object<string, number>, iterations: number}} State
 */

const MOST_POINTS = 2000, MOST_ITERATIONS = 10000;
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
    racers: [...BOOK_OPTIMIZERS],
    raceRates: Object.fromEntries(module.optimizers.map((optimizer, i) => [optimizer, module.rates[i]])),
    iterations: 500,
    lang: navigator.language.startsWith("ko") ? "ko" : "en",
    theme: matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light",
  };
}

/** The rates of a state, and how their names begin in the fragment. */
const RATES = [["rates", ""], ["raceRates", "race_"]];

function changedRates(optimizers, rates, standard) {
  return optimizers.filter((optimizer) => rates[optimizer] !== standard[optimizer]);
}

/** @param {State} state @returns {string} function=saddle&sgd=0.5&step=7 */
function toFragment(module, state) {
  const standard = defaultState(module, state.function);
  standard.step = state.points - 1;
  const fragment = new URLSearchParams();
  if (state.function !== module.surfaces[0].name) fragment.set("function", state.function);
  for (const name of ["optimizers", "racers"]) {
    if (String(state[name]) !== String(standard[name])) fragment.set(name, state[name].join(" "));
  }
  for (const [rates, prefix] of RATES) {
    for (const optimizer of changedRates(module.optimizers, state[rates], standard[rates])) {
      fragment.set(prefix + optimizer, state[rates][optimizer]);
    }
  }
  for (const name of ["decay", "x", "y", "points", "step", "iterations"]) {
    if (state[name] !== standard[name]) fragment.set(name, state[name]);
  }
  fragment.set("lang", state.lang);
  fragment.set("theme", state.theme);
  return fragment.toString();
}

/** @returns {{state: State, wrong: string[]}} wrong: parts of the fragment that mean nothing, and are left out */
function fromFragment(module, text) {
  const fragment = new URLSearchParams(text);
  const wrong = [], known = new Set();
  /** Takes what is there under that name, if `read` makes something of it. */
  const take = (name, read, use) => {
    known.add(name);
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
    const fits = chosen.length > 0 && chosen.every((word) => names.includes(word));
    return fits ? names.filter((name) => chosen.includes(name)) : undefined;
  };

  let state = defaultState(module);
  take("function", oneOf(module.surfaces.map((surface) => surface.name)), (x) => (state = defaultState(module, x)));
  for (const name of ["optimizers", "racers"]) take(name, words(module.optimizers), (x) => (state[name] = x));
  for (const [rates, prefix] of RATES) {
    for (const optimizer of module.optimizers) {
      take(prefix + optimizer, number(Number.MIN_VALUE, 1e6), (x) => (state[rates][optimizer] = x));
    }
  }
  take("decay", number(0, 1e6), (x) => (state.decay = x));
  for (const name of ["x", "y"]) take(name, number(-1000, 1000), (x) => (state[name] = x));
  take("iterations", number(1, MOST_ITERATIONS, true), (x) => (state.iterations = x));
  take("points", number(1, MOST_POINTS, true), (x) => (state.points = x));
  state.step = state.points - 1;
  take("step", number(0, state.points - 1, true), (x) => (state.step = x));
  take("lang", oneOf(Object.keys(TEXTS)), (x) => (state.lang = x));
  take("theme", oneOf(["light", "dark"]), (x) => (state.theme = x));
  for (const name of fragment.keys()) {
    if (!known.has(name)) wrong.push(name);
  }
  return { state, wrong };
}

/** --optimizers and --learning_rate, where they are not as by default. */
function optimizerFlags(optimizers, rates, standard) {
  const flags = [];
  if (String(optimizers) !== String(BOOK_OPTIMIZERS)) flags.push(`--optimizers=${optimizers.join(",")}`);
  const changed = changedRates(optimizers, rates, standard).map((optimizer) => `${optimizer}=${rates[optimizer]}`);
  if (changed.length > 0) flags.push(`--learning_rate=${changed.join(",")}`);
  return flags;
}

/** The flags with which optimizer_compare_naive walks these paths. @param {State} state @returns {string[]} */
function flagsOf(module, state) {
  const standard = defaultState(module, state.function);
  const flags = [];
  if (state.function !== module.surfaces[0].name) flags.push(`--function=${state.function}`);
  flags.push(...optimizerFlags(state.optimizers, state.rates, standard.rates));
  if (state.decay !== 0) flags.push(`--learning_rate_decay=${state.decay}`);
  if (state.x !== standard.x) flags.push(`--start_x=${state.x}`);
  if (state.y !== standard.y) flags.push(`--start_y=${state.y}`);
  if (state.points !== standard.points) flags.push(`--points=${state.points}`);
  return flags;
}

/** The flags with which optimizer_compare_mnist runs this race. @param {State} state @returns {string[]} */
function raceFlagsOf(module, state) {
  return [`--iterations=${state.iterations}`,
    ...optimizerFlags(state.racers, state.raceRates, defaultState(module).raceRates)];
}
