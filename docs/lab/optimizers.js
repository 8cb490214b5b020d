/** What the paths and the race have in common: optimizers that take part, each with its learning rate. */

const BOOK_OPTIMIZERS = ["sgd", "momentum", "adagrad", "adam"];

/** @param {Module} module @param {(optimizer: string, state: State) => number} rate by default @returns {Field[]} */
function optimizerFields(module, rate) {
  const slider = { low: -5, high: 1.7, log: true };
  return [choicesField("optimizers", BOOK_OPTIMIZERS, module.optimizers),
    ...module.optimizers.map((name) => numberField(name, (state) => rate(name, state), 1e-300, 1e6, { slider }))];
}

/** A row of controls for each optimizer, and what became of it. */
class OptimizerRows {
  /** @param {Widget} widget */
  constructor(widget) {
    this.widget = widget;
    this.rows = widget.module.optimizers.map((name) => {
      const field = widget.field(name);
      const box = checkBox(widget, widget.field("optimizers"), name);
      const slider = sliderInput(widget, field), number = numberInput(widget, field);
      const title = make("span"), end = make("span", { className: "end", id: `${widget.id}-end-${name}` });
      const label = make("label", {}, box.element, " ", title);
      box.element.insertAdjacentHTML("afterend", ` ${lineSample(lookOf(widget.module.optimizers.indexOf(name)))}`);
      widget.find("optimizers").append(make("div", { className: "optimizer" }, label, slider.element, number.element, end));
      return { name, title, end, controls: [box, slider, number], number };
    });
  }

  /** @param {(optimizer: string) => string} endOf what became of it */
  show(endOf) {
    const { widget } = this;
    for (const { name, title, end, controls, number } of this.rows) {
      for (const control of controls) control.show(widget.state);
      title.textContent = widget.text(name);
      number.element.ariaLabel = `${widget.text("rate")} ${widget.text(name)}`;
      controls[1].element.ariaLabel = number.element.ariaLabel;
      end.textContent = endOf(name);
    }
  }

  /** --optimizers and --learning_rate, where they are not as by default. @returns {string[]} */
  flags() {
    return optimizerFlags(this.widget.fields, this.widget.state, this.widget.module.optimizers);
  }
}

function optimizerFlags(fields, state, optimizers) {
  const flags = [];
  if (String(state.optimizers) !== String(BOOK_OPTIMIZERS)) flags.push(`--optimizers=${state.optimizers.join(",")}`);
  const changed = chosenFields(fields, state).filter((name) => optimizers.includes(name));
  if (changed.length > 0) flags.push(`--learning_rate=${changed.map((name) => `${name}=${state[name]}`).join(",")}`);
  return flags;
}
