/** 6.1.2 to 6.1.7: the paths of optimizers over the contours of a function, and what they remember on the way. */

const MOST_POINTS = 2000;

/** @returns {Field[]} */
function pathFields(module) {
  const of = ({ function: name }) => module.surface(name);
  return [
    choiceField("function", module.surfaces[0].name, module.surfaces.map(({ name }) => name)),
    ...optimizerFields(module, (optimizer, state) => of(state).rates[module.optimizers.indexOf(optimizer)]),
    numberField("x", (state) => of(state).start[0], -1000, 1000),
    numberField("y", (state) => of(state).start[1], -1000, 1000),
    numberField("points", (state) => of(state).points, 1, MOST_POINTS, { whole: true }),
    numberField("decay", 0, 0, 1e6),
    numberField("step", (state) => state.points - 1, 0, (state) => state.points - 1, { whole: true }),
    choiceField("trace", "position", ["position", "average", "squares"]),
  ];
}

/** The flags with which optimizer_compare_naive walks these paths. @param {State} state @returns {string[]} */
function pathFlags(module, fields, state) {
  const chosen = new Set(chosenFields(fields, state));
  const flag = (name, field) => (chosen.has(field) ? [`--${name}=${state[field]}`] : []);
  return [...flag("function", "function"), ...optimizerFlags(fields, state, module.optimizers),
    ...flag("learning_rate_decay", "decay"), ...flag("start_x", "x"), ...flag("start_y", "y"), ...flag("points", "points")];
}

class Paths extends Widget {
  constructor(page) {
    super(page, "paths", pathFields(page.module), ["function", "x", "y", "points", "decay"]);
    this.rows = new OptimizerRows(this);
    this.trace = selectInput(this, this.field("trace"));
    this.find("traced").append(this.trace.element);
    this.timer = 0;
    this.forget();
    this.find("play").onclick = () => {
      if (this.timer) this.stop();
      else this.play();
      this.show();
    };
    this.find("back").onclick = () => this.goTo(this.state.step - 1);
    this.find("forward").onclick = () => this.goTo(this.state.step + 1);
    this.find("step").oninput = ({ target }) => this.goTo(Number(target.value));
    this.find("reset").onclick = () => {
      this.restore(standardState(this.fields));
      this.page.show();
    };
    const canvas = this.find("canvas");
    const toPointer = ({ offsetX, offsetY }) => this.moveStart(this.scale.toX(offsetX), this.scale.toY(offsetY));
    canvas.onpointerdown = (event) => {
      canvas.setPointerCapture(event.pointerId);
      toPointer(event);
    };
    canvas.onpointermove = (event) => canvas.hasPointerCapture(event.pointerId) && toPointer(event);
    canvas.onkeydown = (event) => {
      const [right, up] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key] ?? [];
      if (right === undefined) return;
      event.preventDefault();
      const { left, right: end, bottom, top } = this.view;
      this.moveStart(this.state.x + (right * (end - left)) / 100, this.state.y + (up * (top - bottom)) / 100);
    };
  }

  textOfOption(field, option) {
    return field === "function" ? `${this.text(option)}: ${this.module.surface(option).formula}` : this.text(option);
  }

  change(name, value) {
    // Each function has settings of its own; the optimizers stay.
    const { optimizers, formula } = this.state;
    if (name === "function") this.state = standardState(this.fields, { function: value, optimizers, formula });
    if (name === "points") this.state.step = value - 1;
    super.change(name, value);
  }

  /** Walks anew. */
  forget(name) {
    if (name === "trace") return;
    if (name === undefined || name === "function") this.stop();
    this.walk = this.module.walk(this.state);
    const { x, y } = this.state, { low, high } = this.module.surface(this.state.function);
    this.view = {  // as in the figures
      left: Math.min(low[0], 1.2 * x), right: Math.max(high[0], 1.2 * x),
      bottom: Math.min(low[1], 1.2 * y), top: Math.max(high[1], 1.2 * y),
    };
  }

  moveStart(x, y) {
    const within = (value) => Math.min(Math.max(Number(value.toPrecision(3)), -1000), 1000);
    this.state.x = within(x);
    this.change("y", within(y));
  }

  goTo(step) {
    this.state.step = Math.min(Math.max(step, 0), this.state.points - 1);
    this.page.show();
  }

  play() {
    const last = this.state.points - 1;
    if (this.state.step === last) this.state.step = 0;
    this.timer = setInterval(() => {
      if (this.state.step + 1 >= this.state.points - 1) this.stop();
      this.goTo(this.state.step + 1);
    }, Math.max(30, 5000 / this.state.points));
  }

  stop() {
    clearInterval(this.timer);
    this.timer = 0;
  }

  show() {
    super.show();
    const { module, state, view, walk } = this;
    this.trace.show(state);
    this.find("canvas").ariaLabel = this.text("picture");
    this.find("play").textContent = this.text(this.timer ? "pause" : "play");
    this.find("step").max = state.points - 1;
    this.find("step").value = state.step;
    this.find("at").textContent = `${this.text("step")} ${state.step} ${this.text("of")} ${state.points - 1}`;
    this.rows.show((name) => {
      const f = walk.paths.find(({ optimizer }) => optimizer === name)?.f[state.step];
      return f === undefined ? "" : `f(x, y) = ${Number.isFinite(f) ? Number(f.toPrecision(4)) : this.text("diverged")}`;
    });
    const shown = { paths: walk.paths, step: state.step, x: state.x, y: state.y };
    this.scale = drawPaths(this.find("canvas"), module, module.surface(state.function), view, shown);
    this.drawTrace("x", view.left, view.right);
    this.drawTrace("y", view.bottom, view.top);
    this.rows.showCommand("optimizer_compare_naive", pathFlags(module, this.fields, state), walk.csv);
  }

  /** A coordinate step by step, or what an optimizer remembers of that coordinate of the gradient. */
  drawTrace(coordinate, bottom, top) {
    const { trace, points, step } = this.state;
    const curves = this.walk.paths.flatMap((path) => {
      const values = trace === "position" ? path[coordinate] : path[trace]?.[coordinate];
      return values ? [{ look: lookOfOptimizer(this.module, path.optimizer), values }] : [];
    });
    const view = { left: 0, right: Math.max(points - 1, 1), bottom, top };
    if (trace !== "position") {
      const all = curves.flatMap(({ values }) => values.filter(Number.isFinite));
      Object.assign(view, { bottom: Math.min(...all, 0), top: Math.max(...all, 0) || 1 });
    }
    drawCurves(this.find(`trace-${coordinate}`), curves, view, step + 1);
  }
}
