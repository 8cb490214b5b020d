/** 6.4: a network learns 300 images by heart, or is kept from it. */

/** @returns {Field[]} */
function overfittingFields(module) {
  const bookRate = ({ optimizer }) => module.rates[module.optimizers.indexOf(optimizer)];
  return [
    numberField("lambda", 0, 0, 1, { slider: { low: -4, high: 0, log: true, zero: true } }),
    numberField("ratio", 0, 0, 0.95, { slider: { low: 0, high: 0.7, step: 0.05 } }),
    choiceField("dropout", "standard", ["standard", "inverted"]),
    choiceField("batch_norm", "without", ["without", "with"]),
    choiceField("optimizer", "sgd", module.optimizers),
    numberField("rate", bookRate, 1e-300, 1e6, { slider: { low: -5, high: 0, log: true } }),
    numberField("epochs", 201, 1, 2001, { whole: true }),
    numberField("interval", 5, 1, 2001, { whole: true }),
  ];
}

/**
 * The program that lets such a network learn: with --evaluation_interval, as the 10,000 test images take most of the
 * time. @param {State} state @returns {{program: string, flags: string[], columns: string, cells: string}} cells: which
 * the rows of its table have in these columns
 */
function overfittingProgram(fields, state) {
  const { lambda, ratio, dropout, optimizer } = state, batchNorm = state.batch_norm === "with";
  const common = [`--epochs=${state.epochs}`, `--evaluation_interval=${state.interval}`];
  if (optimizer !== "sgd") common.push(`--optimizer=${optimizer}`);
  if (chosenFields(fields, state).includes("rate")) common.push(`--learning_rate=${state.rate}`);
  if (!batchNorm && ratio === 0) {
    const [penalty, cells] = lambda > 0 ? [`l2=${lambda}`, `l2,${decimal(lambda)}`] : ["none", "none,0"];
    const flags = [`--penalties=${penalty}`, ...common];
    return { program: "overfit_weight_decay", flags, columns: "penalty,lambda", cells };
  }
  if (optimizer !== "adam") common.push("--with_adam=false");
  const ofDropout = ratio > 0 ? [`--dropout_ratio=${ratio}`] : [];
  if (!batchNorm && lambda === 0) {
    const flags = [`--dropouts=${dropout}`, ...ofDropout, ...common];
    return { program: "overfit_dropout", flags, columns: "dropout,ratio", cells: `${dropout},${decimal(ratio)}` };
  }
  const technique = [...(batchNorm ? ["batch_norm"] : []),
    ...(ratio > 0 ? [dropout === "inverted" ? "inverted_dropout" : "dropout"] : []),
    ...(lambda > 0 ? ["weight_decay"] : [])].join("+");
  const ofDecay = lambda > 0 ? [`--weight_decay=${lambda}`] : [];
  const flags = [`--techniques=${technique}`, ...ofDecay, ...ofDropout, ...common];
  return { program: "overfit_compare", flags, columns: "technique", cells: technique };
}

/** The table of that program. @param {number[][]} rows epoch, training accuracy, test accuracy */
function overfittingTable({ columns, cells }, rows) {
  const lines = rows.map(([epoch, train, test]) => `0,${cells},${epoch},${decimal(train)},${decimal(test)}\n`);
  return `seed,${columns},epoch,train_accuracy,test_accuracy\n${lines.join("")}`;
}

TASKS.overfitting = function* (module, { lambda, ratio, dropout, batch_norm, optimizer, rate, epochs, interval }) {
  const kind = ratio === 0 ? 0 : ["none", "standard", "inverted"].indexOf(dropout);  // as in kDropoutNames
  const { exports, optimizers } = module;
  exports.BeginOverfitting(lambda, kind, ratio, batch_norm === "with", optimizers.indexOf(optimizer), rate, epochs,
    interval);
  const rows = [];
  for (let address; (address = exports.LearnUntilEvaluation()) !== 0;) {
    rows.push(Array.from(module.numbers(address, 3)));
    yield () => rows;
  }
};

/**
 * Training and test accuracy, and the gap between them shaded; those of the run before are thin.
 * @param {number[][]} rows @param {number[][]} before
 */
function drawOverfitting(canvas, rows, before, lastEpoch) {
  const context = clear(canvas);
  const scale = scaleOf(canvas, { left: 0, right: Math.max(lastEpoch, 1), bottom: 0, top: 1.02 });
  drawAxes(context, scale);
  inside(context, scale, () => {
    context.fillStyle = colorOf("--grid");
    context.beginPath();
    for (const [epoch, train] of rows) context.lineTo(scale.x(epoch), scale.y(train));
    for (const [epoch, , test] of [...rows].reverse()) context.lineTo(scale.x(epoch), scale.y(test));
    context.fill();
    for (const [curves, width] of [[before, 1], [rows, 2]]) {
      const xs = curves.map(([epoch]) => scale.x(epoch));
      for (const column of [1, 2]) {
        drawLine(context, { ...lookOf(column - 1), width }, xs, curves.map((row) => scale.y(row[column])), xs.length);
      }
    }
  });
}

class Overfitting extends Widget {
  constructor(page) {
    super(page, "overfitting", overfittingFields(page.module));
    /** @type {{state: State, rows: number[][]} | undefined} */ this.run = this.before = undefined;
    this.find("start").onclick = () => {
      if (this.work) this.stop();
      else this.start();
      this.page.show();
    };
  }

  change(name, value) {
    if (name === "optimizer") this.state.rate = valueOf(this.field("rate").standard, { optimizer: value });
    super.change(name, value);
  }

  /** What was learned until now is that before. */
  forget() {
    this.stop();
    if (this.run?.rows.length > 1) this.before = this.run;
    this.run = this.csv = undefined;
    this.failure = "";
  }

  stop() {
    this.work?.stop();
    this.work = undefined;
  }

  start() {
    this.run = { state: { ...this.state }, rows: [] };
    this.csv = undefined;
    this.failure = "";
    this.work = new Work("overfitting", this.run.state, (rows, last) => {
      this.run.rows = rows;
      if (last) {
        this.work = undefined;
        this.csv = overfittingTable(overfittingProgram(this.fields, this.state), rows);
      }
      this.page.show();
    }, (why) => {
      this.failure = why;
      this.work = undefined;
      this.page.show();
    });
  }

  show() {
    super.show();
    const { run, before, state } = this;
    const rows = run?.rows ?? [], last = state.epochs - 1;
    this.find("start").textContent = this.text(this.work ? "cancel" : "start");
    this.find("at").textContent = run ? `${this.text("epoch")} ${rows.at(-1)?.[0] ?? 0} ${this.text("of")} ${last}` : "";
    this.find("failure").textContent = this.failure ? `${this.text("failed")} ${this.failure}` : "";
    drawOverfitting(this.find("canvas"), rows, before?.rows ?? [], last);
    this.showResults([["now", run], ["before", before]]);
    const { program, flags } = overfittingProgram(this.fields, state);
    this.showCommand(program, flags, this.csv);
  }

  /** The last accuracies, below how their lines are drawn. */
  showResults(runs) {
    const head = ["", "train", "test", "gap"].map((name, i) => {
      const cell = make("th", { textContent: name && this.text(name) });
      if (i === 1 || i === 2) cell.insertAdjacentHTML("afterbegin", `${lineSample(lookOf(i - 1))} `);
      return cell;
    });
    const lines = runs.map(([name, run]) => {
      const [epoch, train, test] = run?.rows.at(-1) ?? [];
      const numbers = [train, test, train - test].map((x) => (x === undefined || epoch === undefined ? "" :
        Number.isFinite(x) ? x.toFixed(4) : this.text("diverged")));
      const title = run ? `${this.text(name)}: ${this.describe(run.state)}` : this.text(name);
      const cells = [title, ...numbers].map((textContent) => make("td", { textContent }));
      return make("tr", { id: `overfitting-${name}` }, ...cells);
    });
    this.find("results").replaceChildren(make("tr", {}, ...head), ...lines);
  }

  /** "λ = 0.1, dropout 0.2, inverted, batch norm, SGD 0.01" */
  describe({ lambda, ratio, dropout, batch_norm, optimizer, rate }) {
    return [`λ = ${lambda}`, ...(ratio > 0 ? [`${this.text("of-dropout")} ${ratio}, ${this.text(dropout)}`] : []),
      ...(batch_norm === "with" ? [this.text("batch_norm")] : []), `${this.text(optimizer)} ${rate}`].join(", ");
  }
}
