/** 6.5: trials of a learning rate and a weight decay, one by one. */

const VALIDATION_IMAGES = 100, SEARCH_METHODS = ["random", "grid", "bayesian"];  // as in kSearchMethodNames

/** A range has at least a power of ten. @param {number} high its end @returns {number} the highest start */
const tenth = (high) => Number((high / 10).toPrecision(12));

/** @returns {Field[]} */
function searchFields() {
  const end = (name, standard, high, slider) =>
    numberField(name, standard, 1e-12, high, { slider: { ...slider, log: true } });
  const squares = Array.from({ length: 9 }, (_, i) => String((i + 2) ** 2));  // of which grids can be made
  return [
    choiceField("method", "random", SEARCH_METHODS),
    choiceField("trials", "25", squares),
    end("rate_high", 0.01, 100, { low: -5, high: 2 }),
    end("rate_low", 1e-6, ({ rate_high }) => tenth(rate_high), { low: -8, high: 1 }),
    end("decay_high", 1e-4, 100, { low: -7, high: 2 }),
    end("decay_low", 1e-8, ({ decay_high }) => tenth(decay_high), { low: -10, high: 1 }),
    numberField("epochs", 50, 1, 200, { whole: true }),
    numberField("rounds", 1, 1, ({ method }) => (method === "bayesian" ? 1 : 5), { whole: true }),
  ];
}

/** The flags with which hyperparameter_optimization makes this search. @param {State} state @returns {string[]} */
function searchFlags(fields, state) {
  const chosen = chosenFields(fields, state);
  const range = (name, flag) => (chosen.some((field) => field.startsWith(`${name}_`)) ?
    [`--${flag}=${decimal(state[`${name}_low`])}:${decimal(state[`${name}_high`])}`] : []);
  const other = (name) => (chosen.includes(name) ? [`--${name}=${state[name]}`] : []);
  return [`--trials=${state.trials}`, ...other("method"), ...other("rounds"), ...range("rate", "learning_rate_range"),
    ...range("decay", "weight_decay_range"), ...other("epochs")];
}

/**
 * @typedef {{rate: number, decay: number, validation: number[], train: number[]}} Trial  accuracies, epoch by epoch
 * @typedef {{trials: Trial[], ranges: number[][], ranking: number[], expected: number[], testAccuracy?: number}} Search
 *   ranges: LOW and HIGH of both, of the second round and those after it; ranking: numbers of trials, best first;
 *   expected: accuracies on a grid, in a Bayesian search; testAccuracy: of the best setting, learned once more, when
 *   all trials are made
 */

/** Makes the trials that are missing after those that are known. */
TASKS.search = function* (module, { state, known }) {
  const { exports } = module, { epochs, rounds } = state, perRound = Number(state.trials);
  exports.BeginSearch(SEARCH_METHODS.indexOf(state.method), perRound, state.rate_low, state.rate_high, state.decay_low,
    state.decay_high, epochs);
  const search = { trials: [], ranges: [] };
  const numbers = (address, count) => Array.from(module.numbers(address, count));
  const shown = () => ({
    ...search,
    ranking: numbers(exports.Ranking(), search.trials.length),
    expected: state.method === "bayesian" ? numbers(exports.ExpectedAccuracies(EXPECTED_SIDE), EXPECTED_SIDE ** 2) : [],
  });
  for (let number = 0; number < rounds * perRound; ++number) {
    if (number > 0 && number % perRound === 0) search.ranges.push(numbers(exports.Narrow(), 4));
    if (number < known.length) {
      const room = new Float64Array(exports.memory.buffer, exports.KnownAccuracies(), 2 * epochs);
      room.set([...known[number].validation, ...known[number].train]);
      exports.Recall();
      search.trials.push(known[number]);
    } else {
      const [rate, decay, ...accuracies] = numbers(exports.Try(), 2 + 2 * epochs);
      search.trials.push({ rate, decay, validation: accuracies.slice(0, epochs), train: accuracies.slice(epochs) });
    }
    yield shown;
  }
  search.testAccuracy = exports.RetrainedAccuracy();
  yield shown;
};

/** The table that hyperparameter_optimization writes. @param {Trial[]} trials */
function searchTable(trials) {
  const rows = trials.flatMap(({ rate, decay, validation, train }, number) => validation.map((accuracy, epoch) =>
    `${number},${decimal(rate)},${decimal(decay)},${epoch},${decimal(accuracy)},${decimal(train[epoch])}\n`));
  return `trial,learning_rate,weight_decay,epoch,validation_accuracy,train_accuracy\n${rows.join("")}`;
}

class SearchWidget extends Widget {
  constructor(page) {
    const fields = searchFields();
    super(page, "search", fields, fields.map(({ name }) => name).filter((name) => name !== "rounds"));
    this.find("scale").style.background = `linear-gradient(to right, ${ACCURACY_COLORS})`;
    this.find("start").onclick = () => {
      if (this.work) this.stop();
      else this.start();
      this.page.show();
    };
    this.find("narrow").onclick = () => {
      ++this.state.rounds;
      this.start();
      this.page.show();
    };
    this.forget();
  }

  textOfOption(field, option) {
    const side = Math.sqrt(Number(option));
    return field === "trials" ? `${option} (${side} × ${side})` : super.textOfOption(field, option);
  }

  /** Another search: of one round, and with ends that are apart. */
  change(name, value) {
    const { state } = this;
    state.rounds = 1;
    for (const range of ["rate", "decay"]) {
      if (name === `${range}_high`) state[`${range}_low`] = Math.min(state[`${range}_low`], tenth(value));
      if (name === `${range}_low`) value = Math.min(value, tenth(state[`${range}_high`]));
    }
    super.change(name, value);
  }

  forget() {
    this.stop();
    /** @type {Search} */ this.search = { trials: [], ranges: [], ranking: [], expected: [] };
    this.failure = "";
  }

  stop() {
    this.work?.stop();
    this.work = undefined;
  }

  /** Goes on where it was stopped. */
  start() {
    const known = this.search.trials;
    this.failure = "";
    this.work = new Work("search", { state: this.state, known }, (search, last) => {
      if (last) this.work = undefined;
      if (search.trials.length >= known.length) this.search = search;
      this.page.show();
    }, (why) => {
      this.failure = why;
      this.work = undefined;
      this.page.show();
    });
  }

  get isFinished() {
    return !this.work && this.search.testAccuracy !== undefined && this.search.trials.length === this.countOfTrials;
  }

  get countOfTrials() {
    return this.state.rounds * Number(this.state.trials);
  }

  show() {
    super.show();
    const { state, search } = this, made = search.trials.length, all = this.countOfTrials;
    this.find("start").textContent = this.text(this.work ? "cancel" : made > 0 && made < all ? "go-on" : "start");
    this.find("start").disabled = this.isFinished;
    this.find("narrow").disabled = !this.isFinished || state.rounds === valueOf(this.field("rounds").high, state);
    const progress = `${this.text("trial")} ${made} ${this.text("of")} ${all}`;
    this.find("at").textContent = made > 0 || this.work ? progress : "";
    this.find("failure").textContent = this.failure ? `${this.text("failed")} ${this.failure}` : "";
    drawSearch(this.find("canvas"), state, search);
    this.showBest();
    this.find("luck").textContent = this.luckText();
    const csv = this.isFinished ? searchTable(search.trials) : undefined;
    this.showCommand("hyperparameter_optimization", searchFlags(this.fields, state), csv);
  }

  showBest() {
    const line = (cell, texts) => make("tr", {}, ...texts.map((textContent) => make(cell, { textContent })));
    const accuracy = (x) => (Number.isNaN(x) ? this.text("diverged") : x.toFixed(4));
    const rounded = (x) => (x < 0.001 ? x.toExponential(2) : String(Number(x.toPrecision(3))));
    const head = line("th", ["", ...["validation", "train", "eta", "lambda"].map((key) => this.text(key))]);
    const rows = this.search.ranking.slice(0, 5).map((number, i) => {
      const { rate, decay, validation, train } = this.search.trials[number];
      return line("td", [i + 1, accuracy(validation.at(-1)), accuracy(train.at(-1)), rounded(rate), rounded(decay)]);
    });
    this.find("best").replaceChildren(head, ...rows);
  }

  /** How far the best validation accuracy can be trusted. */
  luckText() {
    const { trials, ranking, testAccuracy } = this.search;
    const ends = trials.map(({ validation }) => validation.at(-1)), best = ends[ranking[0]];
    if (!this.isFinished || Number.isNaN(best)) return "";
    const error = Math.sqrt((best * (1 - best)) / VALIDATION_IMAGES);
    const values = {
      trials: trials.length,
      rates: new Set(trials.map(({ rate }) => rate)).size,
      equals: ends.filter((accuracy) => accuracy >= best - error).length,
      error: error.toFixed(2),
      test: testAccuracy.toFixed(4),
    };
    return this.text("luck").replace(/\{(\w+)\}/g, (_, name) => values[name]);
  }
}
