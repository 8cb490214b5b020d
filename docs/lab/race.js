/** The race of 6.1.8: a network for each optimizer learns MNIST, each in a worker. */

const MOST_ITERATIONS = 10000;

/** @returns {Field[]} */
function raceFields(module) {
  return [...optimizerFields(module, (optimizer) => module.rates[module.optimizers.indexOf(optimizer)]),
    numberField("iterations", 500, 1, MOST_ITERATIONS, { whole: true })];
}

/** The flags with which optimizer_compare_mnist runs this race. @param {State} state @returns {string[]} */
function raceFlags(module, fields, state) {
  return [`--iterations=${state.iterations}`, ...optimizerFlags(fields, state, module.optimizers)];
}

TASKS.race = function* (module, { optimizer, rate, formula, iterations }) {
  if (optimizer === "rule") module.useRule(formula, false);
  module.beginRace(optimizer, rate);
  const losses = [];
  for (let t = 1; t <= iterations; ++t) {
    losses.push(module.learn());
    yield () => ({
      losses, smoothed: module.smoothedLosses(t), accuracy: t === iterations ? module.testAccuracy() : undefined });
  }
};

/** The table that optimizer_compare_mnist writes. @param {{losses: number[], smoothed: number[]}[]} results */
function raceTable(optimizers, results) {
  const rows = optimizers.flatMap((optimizer, i) => results[i].losses.map((loss, t) =>
    `0,${optimizer},${t},${decimal(loss)},${decimal(results[i].smoothed[t])}\n`));
  return `seed,optimizer,iteration,loss,smoothed_loss\n${rows.join("")}`;
}

class Race extends Widget {
  constructor(page) {
    super(page, "race", raceFields(page.module), ["iterations"]);
    this.rows = new OptimizerRows(this);
    /** @type {Map<string, Work>} by optimizer, while it runs */ this.running = new Map();
    this.forget();
    this.find("start").onclick = () => {
      if (this.running.size > 0) this.stop();
      else this.start();
      this.page.show();
    };
  }

  forget() {
    this.stop();
    /** @type {Object<string, {losses: number[], smoothed: number[], accuracy: number}>} by optimizer */ this.results = {};
    this.csv = undefined;
    this.failure = "";
  }

  stop() {
    for (const work of this.running.values()) work.stop();
    this.running.clear();
  }

  start() {
    this.forget();
    const { optimizers, formula, iterations } = this.state;
    for (const optimizer of optimizers) {
      const hear = (result, last) => {
        this.results[optimizer] = result;
        if (last) this.running.delete(optimizer);
        if (this.running.size === 0) {
          this.csv = raceTable(optimizers, optimizers.map((name) => this.results[name]));
        }
        this.page.show();
      };
      const fail = (why) => {
        this.failure = why;
        this.stop();
        this.page.show();
      };
      const settings = { optimizer, rate: this.state[optimizer], formula, iterations };
      this.running.set(optimizer, new Work("race", settings, hear, fail));
    }
  }

  show() {
    super.show();
    const { state, results } = this;
    this.find("start").textContent = this.text(this.running.size > 0 ? "cancel" : "start");
    this.find("failure").textContent = this.failure ? `${this.text("failed")} ${this.failure}` : "";
    this.rows.show((name) => this.endOf(results[name]));
    this.find("start").disabled = this.rows.ruleError() !== undefined;
    const curves = Object.entries(results).map(([optimizer, { smoothed }]) =>
      ({ look: lookOfOptimizer(this.module, optimizer), values: smoothed }));
    drawCurves(this.find("canvas"), curves, { left: 0, right: state.iterations, bottom: 0, top: 2.4 });
    this.rows.showCommand("optimizer_compare_mnist", raceFlags(this.module, this.fields, state), this.csv);
  }

  endOf(result) {
    if (result === undefined) return "";
    const loss = result.smoothed.at(-1);
    const parts = [`${result.losses.length}/${this.state.iterations}`,
      Number.isFinite(loss) ? `${this.text("loss")} ${loss.toFixed(4)}` : this.text("diverged")];
    if (Number.isFinite(result.accuracy)) parts.push(`${this.text("accuracy")} ${result.accuracy.toFixed(4)}`);
    return parts.join(", ");
  }
}
