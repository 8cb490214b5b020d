/** 6.3.2: networks without (0) and with (1) batch norm learn, from weights of different standard deviations. */

const EPOCHS = 20, IMAGES = 1000;
const ACCURACY_RANGE = { bottom: -0.02, top: 1.02 };  // as in the figures

/** @returns {Field[]} */
function normalizationFields() {
  return [
    numberField("std", 0.05, 0, 1000, { slider: { low: -4, high: 0.3, log: true } }),
    choiceField("stds", "one", ["one", "book"]),
  ];
}

/** The standard deviations of a state: one, or those of figure 6-19. @param {State} state @returns {number[]} */
function stdsOf(module, { stds, std }) {
  return stds === "one" ? [std] : Array.from(module.numbers(module.exports.BookStds(), 16));
}

/** The flags with which batch_norm_compare compares the same networks. @param {State} state @returns {string[]} */
const normalizationFlags = ({ stds, std }) => (stds === "one" ? [`--init_std=${std}`] : []);

/** Of each standard deviation, the training accuracy after each epoch; NaN where the network has diverged. */
TASKS.normalization = function* (module, { stds, batchNorm }) {
  const accuracies = {};
  for (const std of stds) {
    accuracies[std] = [];
    module.exports.BeginNormalization(std, batchNorm);
    for (let epoch = 0; epoch < EPOCHS; ++epoch) {
      accuracies[std].push(module.exports.LearnEpoch());
      yield () => accuracies;
    }
  }
};

/** The table that batch_norm_compare writes. @param {Object<number, number[]>[]} accuracies without and with batch norm */
function normalizationTable(stds, accuracies) {
  const rows = stds.flatMap((std) => accuracies.flatMap((of, batchNorm) => of[std].map((accuracy, epoch) =>
    `0,${decimal(std)},${batchNorm},${epoch},${decimal(accuracy)},${Number(Number.isNaN(accuracy))}\n`)));
  return `seed,init_std,batch_norm,epoch,train_accuracy,diverged\n${rows.join("")}`;
}

class Normalization extends Widget {
  constructor(page) {
    super(page, "normalization", normalizationFields(), ["std"]);
    /** What has been learned on this page. @type {Object<number, number[]>[]} */ this.accuracies = [{}, {}];
    /** @type {Look[]} as in the figures */ this.looks = [lookOf(1), lookOf(0)];
    /** @type {Map<number, Work>} by batchNorm, while it runs */ this.running = new Map();
    this.forget();
    this.find("start").onclick = () => {
      if (this.running.size > 0) {
        this.stop();
      } else {  // also what has been learned
        for (const std of stdsOf(this.module, this.state)) this.accuracies.forEach((of) => delete of[std]);
        this.start();
      }
      this.page.show();
    };
    this.find("book").onclick = () => {
      this.stop();
      this.state.stds = "book";
      this.start();
      this.page.show();
    };
  }

  change(name, value) {
    this.state.stds = "one";
    super.change(name, value);
    this.timer = setTimeout(() => {  // where the slider rests
      this.start();
      this.page.show();
    }, 200);
  }

  forget() {
    this.stop();
    this.failure = "";
  }

  stop() {
    clearTimeout(this.timer);
    for (const work of this.running.values()) work.stop();
    this.running.clear();
  }

  isLearned(batchNorm, std) {
    return this.accuracies[batchNorm][std]?.length === EPOCHS;
  }

  start() {
    this.failure = "";
    for (const batchNorm of [0, 1]) {
      const stds = stdsOf(this.module, this.state).filter((std) => !this.isLearned(batchNorm, std));
      if (stds.length === 0) continue;
      const hear = (accuracies, last) => {
        Object.assign(this.accuracies[batchNorm], accuracies);
        if (last) this.running.delete(batchNorm);
        this.page.show();
      };
      const fail = (why) => {
        this.failure = why;
        this.stop();
        this.page.show();
      };
      this.running.set(batchNorm, new Work("normalization", { stds, batchNorm }, hear, fail, IMAGES));
    }
  }

  show() {
    super.show();
    const { module, state, accuracies } = this;
    const stds = stdsOf(module, state), begun = stds.filter((std) => accuracies.every((of) => of[std]));
    const seen = begun.at(-1) ?? stds[0];  // of many, the one that both learn, or was the last
    this.find("start").textContent = this.text(this.running.size > 0 ? "cancel" : "start");
    this.find("failure").textContent = this.failure ? `${this.text("failed")} ${this.failure}` : "";
    this.find("title").textContent = `${this.text("normalization-hint")}: std = ${Number(seen.toPrecision(4))}` +
      (stds.length > 1 ? ` (${begun.length}/${stds.length})` : "");
    this.looks.forEach((look, batchNorm) => {
      this.find(`look-${batchNorm}`).innerHTML = `${lineSample(look)} ${this.text(`batch-norm-${batchNorm}`)}`;
      const of = accuracies[batchNorm][seen] ?? [], last = of.at(-1);
      this.find(`end-${batchNorm}`).textContent = of.length === 0 ? "" : `${this.text("epoch")} ${of.length}/${EPOCHS}: ` +
        (Number.isNaN(last) ? this.text("diverged") : last.toFixed(4));
    });
    const curves = this.looks.map((look, batchNorm) => ({ look, values: accuracies[batchNorm][seen] ?? [] }));
    drawCurves(this.find("canvas"), curves, { left: 0, right: EPOCHS - 1, ...ACCURACY_RANGE });
    this.drawLast(seen);
    const complete = stds.every((std) => this.isLearned(0, std) && this.isLearned(1, std));
    this.showCommand("batch_norm_compare", normalizationFlags(state), complete ? normalizationTable(stds, accuracies) : undefined);
  }

  /** The last accuracies of all that has been learned. @param {number} seen the standard deviation that is marked */
  drawLast(seen) {
    const canvas = this.find("last"), context = clear(canvas);
    const scale = scaleOf(canvas, { left: -4.2, right: 0.5, ...ACCURACY_RANGE });
    drawAxes(context, scale, (power) => (Number.isInteger(power) ? String(Number((10 ** power).toPrecision(1))) : ""));
    const x = (std) => scale.x(Math.log10(std));
    context.strokeStyle = colorOf("--edge");
    context.strokeRect(x(seen), scale.top, 0, scale.bottom - scale.top);
    this.looks.forEach((look, batchNorm) => {
      const stds = Object.keys(this.accuracies[batchNorm]).map(Number).sort((a, b) => a - b)
        .filter((std) => this.isLearned(batchNorm, std));
      const lasts = stds.map((std) => this.accuracies[batchNorm][std].at(-1));
      drawLine(context, look, stds.map(x), lasts.map(scale.y), stds.length);
      context.textAlign = "center";
      context.font = "18px system-ui, sans-serif";
      lasts.forEach((last, i) => {
        if (Number.isNaN(last)) context.fillText("×", x(stds[i]), scale.bottom);
        else drawDot(context, x(stds[i]), scale.y(last), 3);
      });
    });
  }
}
