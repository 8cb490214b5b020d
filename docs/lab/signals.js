/** 6.2.2 and 6.2.3: the activations of the layers, and the gradient on its way back, from different initial weights. */

const INITS = ["constant", "std", "xavier", "glorot", "he"];  // WeightInit::Kind
const ACTIVATION_BINS = 30, GRADIENT_BINS = 36;               // as in signals.cc

/** @returns {Field[]} */
function signalFields(module) {
  const activations = module.text(module.exports.ActivationNames()).split(" ");
  const standard = (init) =>
    (init === "std" ? 1 : Number(module.exports.StdOfInit(INITS.indexOf(init)).toPrecision(3)));
  return [
    choiceField("activation", "sigmoid", activations),
    choiceField("init", "std", INITS.slice(1)),
    numberField("std", ({ init }) => standard(init), 0, 1000, { slider: { low: -3, high: 1, log: true } }),
    numberField("layers", 5, 1, 10, { whole: true, slider: { low: 1, high: 10 } }),
  ];
}

const initName = ({ init, std }) => (init === "std" ? `std=${std}` : init);

/** The flags with which weight_init_activation_histogram shows these layers. @param {State} state @returns {string[]} */
function signalFlags(state) {
  return [`--activations=${state.activation}`, `--inits=${initName(state)}`, `--layers=${state.layers}`];
}

/**
 * @typedef {{edges: number[], counts: number[][]}} Histograms  of each layer, between the same edges
 * @param {Field[]} fields @param {State} state
 * @returns {{activations: Histograms, gradients: Histograms, summary: number[][]}} summary: of each layer the numbers of
 *   SignalSummary (signals.cc)
 */
function computeSignals(module, [{ options }], { activation, init, std, layers }) {
  const { exports } = module;
  exports.ComputeSignals(options.indexOf(activation), INITS.indexOf(init), std, layers);
  const rows = (address, columns) => {
    const numbers = module.numbers(address, columns * layers);
    return Array.from({ length: layers }, (_, l) => Array.from(numbers.subarray(columns * l, columns * (l + 1))));
  };
  const histograms = (edges, counts, bins) => ({
    edges: Array.from(module.numbers(edges(), bins + 1)), counts: rows(counts(), bins) });
  return {
    activations: histograms(exports.ActivationEdges, exports.ActivationCounts, ACTIVATION_BINS),
    gradients: histograms(exports.GradientEdges, exports.GradientCounts, GRADIENT_BINS),
    summary: rows(exports.SignalSummary(), 5),
  };
}

/** The table of histograms that the program writes. @param {Histograms} histograms @param {State} state */
function signalTable({ edges, counts }, state) {
  const at = edges.map(decimal);
  const rows = counts.flatMap((ofLayer, l) => ofLayer.map((count, b) =>
    `${state.activation},${initName(state)},${l + 1},${at[b]},${at[b + 1]},${count}\n`));
  return `activation,init,layer,bin_low,bin_high,count\n${rows.join("")}`;
}

const HIGHEST_SHARE = 0.25;  // as in the chapter's figures

/** @param {number[]} counts of the bins @param {[number, string][]} marks on the axis: where, and what is written there */
function drawHistogram(canvas, edges, counts, marks, color) {
  const context = clear(canvas);
  const left = 6, width = canvas.clientWidth - 2 * left, top = 6, bottom = canvas.clientHeight - 18;
  const low = edges[0], high = edges.at(-1), all = counts.reduce((sum, count) => sum + count, 0);
  context.fillStyle = color;
  counts.forEach((count, b) => {
    const height = Math.min(count / (all || 1) / HIGHEST_SHARE, 1) * (bottom - top);
    context.fillRect(left + (b / counts.length) * width, bottom - height, width / counts.length - 0.5, height);
  });
  context.fillStyle = context.strokeStyle = colorOf("--ink");
  context.strokeRect(left, bottom, width, 0);
  context.font = "11px system-ui, sans-serif";
  for (const [x, text] of marks) {
    const at = left + ((x - low) / (high - low)) * width;
    context.textAlign = x === low ? "left" : x === high ? "right" : "center";
    context.strokeRect(at, bottom, 0, 3);
    context.fillText(text, at, bottom + 15);
  }
}

/** Two digits. */
function rounded(x) {
  const size = Math.abs(x);
  if (!Number.isFinite(size)) return "∞";
  return size > 0 && (size < 1e-3 || size >= 1e5) ? x.toExponential(1) : String(Number(x.toPrecision(2)));
}

class SignalsOfLayers extends Widget {
  constructor(page) {
    super(page, "signals", signalFields(page.module));
    this.panels = Array.from({ length: this.field("layers").high }, (_, l) => {
      const title = make("figcaption");
      const canvases = ["y", "gradient"].map((of) => make("canvas", { id: `signals-${of}-${l + 1}`, role: "img" }));
      const element = make("figure", {}, title, canvases[0], "|∂L/∂a|", canvases[1]);
      this.find("panels").append(element);
      return { element, title, canvases };
    });
  }

  textOfOption(field, option) {
    return this.text(option === "std" ? "of-std" : option);
  }

  change(name, value) {
    if (name === "std") this.state.init = "std";
    if (name === "init" && value !== "std") this.state.std = this.field("std").standard({ init: value });
    super.change(name, value);
  }

  forget() {
    this.signals = undefined;
  }

  show() {
    super.show();
    const { module, fields, state } = this;
    this.signals ??= computeSignals(module, fields, state);
    const { activations, gradients, summary } = this.signals;
    const ends = [activations.edges[0], activations.edges.at(-1)].map((x) => [x, rounded(x)]);
    const powers = [[-12, "≤10⁻¹²"], [0, "1"], [6, "10⁶"]];
    this.panels.forEach(({ element, title, canvases }, l) => {
      element.hidden = l >= state.layers;
      if (element.hidden) return;
      title.textContent = `${this.text("layer")} ${l + 1}: y`;
      drawHistogram(canvases[0], activations.edges, activations.counts[l], ends, lookOf(0).color);
      drawHistogram(canvases[1], gradients.edges, gradients.counts[l], powers, lookOf(5).color);
      ["y", "|∂L/∂a|"].forEach((what, i) => (canvases[i].ariaLabel = `${this.text("histogram")} ${l + 1}: ${what}`));
    });
    const percent = (share) => `${(100 * share).toFixed(0)}\u00a0%`;
    this.find("numbers").replaceChildren(...summary.map(([mean, std, saturated, dead, gradient], l) => {
      const cells = [l + 1, rounded(mean), rounded(std), percent(saturated), percent(dead), rounded(gradient)];
      return make("tr", {}, ...cells.map((textContent) => make("td", { textContent })));
    }));
    this.showCommand("weight_init_activation_histogram", signalFlags(state), signalTable(activations, state));
  }
}
