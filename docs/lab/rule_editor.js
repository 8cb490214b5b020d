/** Where a reader types an update rule, with rules to start from. */

/** By name; `like` is the optimizer that has a learning rate for them. */
const RULES = {
  sign: { formula: "W -= eta*sign(g)", like: "adam" },
  sgd: { formula: "W -= eta*g", like: "sgd" },
  momentum: { formula: "v = 0.9*v - eta*g\nW += v", like: "momentum" },
  adam: {
    formula: `m += (1 - 0.9) * (g - m)
v += (1 - 0.999) * (g*g - v)
W -= eta * sqrt(1 - 0.999^t) / (1 - 0.9^t) * m / (sqrt(v) + 1e-7)`,
    like: "adam",
  },
  // Chen et al., 2023, without weight decay
  lion: { formula: "W -= eta*sign(0.9*m + 0.1*g)\nm = 0.99*m + 0.01*g", like: "adam" },
};

class RuleEditor {
  /** @type {RuleEditor[]} */ static all = [];

  /** @param {Widget} widget with fields "optimizers", "rule", its rate, and "formula" */
  constructor(widget) {
    this.widget = widget;
    RuleEditor.all.push(this);
    this.options = ["other", ...Object.keys(RULES)].map((value) => make("option", { value }));
    this.options[0].hidden = true;
    this.select = make("select", { id: `${widget.id}-rules` }, ...this.options);
    this.select.oninput = () => {
      const { formula, like } = RULES[this.select.value];
      widget.state.rule = valueOf(widget.field(like).standard, widget.state);
      this.use(formula);
    };
    const errorId = `${widget.id}-formula-error`;
    this.area = make("textarea", { id: `${widget.id}-formula`, rows: 4, spellcheck: false, autocapitalize: "off",
      maxLength: widget.field("formula").high });
    this.area.setAttribute("aria-describedby", errorId);
    this.area.oninput = () => this.use(this.area.value);
    this.marked = make("pre", { ariaHidden: "true" });  // a mark is for the eye
    this.words = make("span", { role: "status" });
    this.message = make("div", { id: errorId, className: "different" }, this.marked, this.words);
    const says = (tag, key, properties = {}) => {
      const element = make(tag, properties);
      element.dataset.text = key;  // the page fills it in
      return element;
    };
    const start = make("label", {}, says("span", "rule-start"), " ", this.select);
    const hint = says("p", "rule-hint", { className: "hint" });
    widget.find("optimizers").parentElement.after(
      make("fieldset", {}, says("legend", "rule"), hint, start, this.area, this.message));
  }

  /** The rule that both tabs have from now on; here it takes part. */
  use(formula) {
    const { widget } = this;
    for (const other of RuleEditor.all.filter((editor) => editor !== this)) {
      other.widget.state.formula = formula;
      other.widget.forget("formula");
    }
    const { optimizers } = widget.state;
    if (!optimizers.includes("rule")) widget.state.optimizers = [...optimizers, "rule"];
    widget.change("formula", formula);
  }

  show() {
    const { widget, area } = this, { formula } = widget.state;
    if (formula !== this.formula) {
      this.formula = formula;
      /** @type {RuleError | undefined} */ this.error = widget.module.useRule(formula, true);
    }
    if (area.value !== formula) area.value = formula;  // otherwise the cursor stays
    area.ariaLabel = widget.text("rule");
    area.ariaInvalid = String(this.error !== undefined);
    for (const option of this.options) option.textContent = widget.text(`rule-${option.value}`) ?? widget.text(option.value);
    this.select.value = Object.keys(RULES).find((name) => RULES[name].formula === formula) ?? "other";
    const { marked, words } = this.error ? describeRuleError(formula, this.error, (key) => widget.text(key)) : {};
    this.marked.textContent = marked ?? "";
    this.words.textContent = words ?? "";
  }
}
