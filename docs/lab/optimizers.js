/** What the paths and the race have in common: optimizers that take part, each with its learning rate. */

const BOOK_OPTIMIZERS = ["sgd", "momentum", "adagrad", "adam"];

/** @param {Module} module @param {(optimizer: string, state: State) => number} rate by default @returns {Field[]} */
function optimizerFields(module, rate) {
  const slider = { low: -5, high: 1.7, log: true };
  const rateField = (name, like = name) => numberField(name, (state) => rate(like, state), 1e-300, 1e6, { slider });
  return [choicesField("optimizers", BOOK_OPTIMIZERS, [...module.optimizers, "rule"]),
    ...module.optimizers.map((name) => rateField(name)), rateField("rule", RULES.sign.like),
    textField("formula", RULES.sign.formula, 1000)];
}

/** The look of an optimizer; that of the rule comes behind all of them. @returns {Look} */
function lookOfOptimizer(module, name) {
  return lookOf(name === "rule" ? module.optimizers.length : module.optimizers.indexOf(name));
}

/** A row of controls for each optimizer, and what became of it. */
class OptimizerRows {
  /** @param {Widget} widget */
  constructor(widget) {
    this.widget = widget;
    this.rows = widget.field("optimizers").options.map((name) => {
      const field = widget.field(name);
      const box = checkBox(widget, widget.field("optimizers"), name);
      const slider = sliderInput(widget, field), number = numberInput(widget, field);
      const title = make("span"), end = make("span", { className: "end", id: `${widget.id}-end-${name}` });
      const label = make("label", {}, box.element, " ", title);
      box.element.insertAdjacentHTML("afterend", ` ${lineSample(lookOfOptimizer(widget.module, name))}`);
      widget.find("optimizers").append(make("div", { className: "optimizer" }, label, slider.element, number.element, end));
      return { name, title, end, controls: [box, slider, number], number };
    });
    this.editor = new RuleEditor(widget);
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
    this.editor.show();
  }

  /** What is wrong with the rule, if it takes part. @returns {RuleError | undefined} */
  ruleError() {
    return this.widget.state.optimizers.includes("rule") ? this.editor.error : undefined;
  }

  /** As Widget.showCommand, but that no program has the rule. */
  showCommand(program, flags, csv) {
    const { widget } = this, { optimizers } = widget.state;
    const ruled = optimizers.includes("rule"), alone = ruled && optimizers.length === 1;
    widget.showCommand(program, flags, ruled ? undefined : csv);
    const unknown = widget.text("rule-unknown");
    if (ruled) Object.assign(widget.find("badge"), { className: "badge unrecorded", textContent: unknown });
    if (alone) widget.find("command").textContent = unknown;
    widget.find("copy").hidden = alone;
  }

  /** --optimizers and --learning_rate, where they are not as by default. @returns {string[]} */
  flags() {
    return optimizerFlags(this.widget.fields, this.widget.state, this.widget.module.optimizers);
  }
}

function optimizerFlags(fields, state, optimizers) {
  const flags = [];
  const known = state.optimizers.filter((name) => optimizers.includes(name));
  if (String(known) !== String(BOOK_OPTIMIZERS)) flags.push(`--optimizers=${known.join(",")}`);
  const changed = chosenFields(fields, state).filter((name) => optimizers.includes(name));
  if (changed.length > 0) flags.push(`--learning_rate=${changed.map((name) => `${name}=${state[name]}`).join(",")}`);
  return flags;
}
