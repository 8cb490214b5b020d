/** The race of 6.1.8: a network for each optimizer learns MNIST, each in a worker. */

/** What a worker does. It has the class Module, and nothing else of the page. */
function raceInWorker() {
  onmessage = async ({ data: { base64, mnist, optimizer, rate, iterations } }) => {
    const module = await Module.load(base64);
    for (const { ofTest, ofLabels, bytes } of mnist) module.fill(ofTest, ofLabels, bytes);
    module.beginRace(optimizer, rate);
    let told = performance.now();
    for (let t = 1; t <= iterations; ++t) {
      module.learn();
      if (t < iterations && performance.now() - told < 100) continue;
      postMessage({ values: module.smoothedLosses(t) });
      told = performance.now();
    }
    postMessage({ accuracy: module.testAccuracy() });
  };
}

/** The four files of MNIST, behind their headers, which are in the page as text. */
async function unzipMnist() {
  const files = [["train-images-idx3-ubyte", 16], ["train-labels-idx1-ubyte", 8],
    ["t10k-images-idx3-ubyte", 16], ["t10k-labels-idx1-ubyte", 8]];
  return Promise.all(files.map(async ([name, header]) => {
    const zipped = await fetch(`data:;base64,${document.getElementById(name).textContent.trim()}`);
    const file = await new Response(zipped.body.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
    return { ofTest: name.startsWith("t10k"), ofLabels: header === 8, bytes: new Uint8Array(file, header) };
  }));
}

class Race {
  /** @param {Module} module @param {() => void} changed called after a change of the state or of what is to be seen */
  constructor(module, changed) {
    this.module = module;
    this.changed = changed;
    this.workers = [];
    /** @type {Object<string, {values: number[], accuracy: number}>} by optimizer */ this.results = {};
    this.find("race-iterations").max = MOST_ITERATIONS;
    module.optimizers.forEach((name, i) => this.addOptimizer(name, i));
    copyOnClick(this.find("race-copy"), this.find("race-command"));
    this.find("race-start").onclick = () => (this.workers.length > 0 ? this.cancel() : this.start());
    this.find("race-iterations").onchange = ({ target }) => {
      if (target.reportValidity()) this.change(() => (this.state.iterations = Number(target.value)));
    };
  }

  find(id) {
    return document.getElementById(id);
  }

  addOptimizer(name, index) {
    const row = document.createElement("div");
    row.className = "optimizer";
    row.innerHTML = `${optimizerBox(`race-use-${name}`, index)}
      <input type="number" id="race-rate-${name}" min="1e-300" max="1000000" step="any" required>
      <span class="end whole" id="race-end-${name}"></span>`;
    this.find("racers").append(row);
    this.find(`race-use-${name}`).oninput = () => this.change(() => {
      const chosen = this.module.optimizers.filter((other) => this.find(`race-use-${other}`).checked);
      if (chosen.length > 0) this.state.racers = chosen;
    });
    this.find(`race-rate-${name}`).onchange = ({ target }) => {
      if (target.reportValidity()) this.change(() => (this.state.raceRates[name] = Number(target.value)));
    };
  }

  /** Another setting: what was run is no longer that. */
  change(set) {
    this.forget();
    set();
    this.changed();
  }

  forget() {
    this.stop();
    this.results = {};
    this.failure = "";
  }

  stop() {
    for (const worker of this.workers) worker.terminate();
    this.workers = [];
  }

  cancel() {
    this.stop();
    this.changed();
  }

  async start() {
    this.forget();
    const source = `"use strict";${this.find("module-script").textContent}(${raceInWorker})();`;
    const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    this.workers = this.state.racers.map((optimizer) => {
      const worker = new Worker(url);
      worker.onmessage = ({ data }) => this.hear(worker, optimizer, data);
      worker.onerror = (event) => this.fail(event.message);
      return worker;
    });
    URL.revokeObjectURL(url);
    this.changed();
    const { racers, raceRates: rates, iterations } = this.state, workers = this.workers;
    try {
      this.mnist ??= await unzipMnist();
    } catch (error) {
      this.fail(error.message);
    }
    workers.forEach((worker, i) => worker.postMessage(
      { base64: DATA.module, mnist: this.mnist, optimizer: racers[i], rate: rates[racers[i]], iterations }));
  }

  hear(worker, optimizer, message) {
    Object.assign(this.results[optimizer] ??= { values: [] }, message);
    if ("accuracy" in message) {
      worker.terminate();
      this.workers = this.workers.filter((other) => other !== worker);
    }
    this.changed();
  }

  fail(why) {
    this.failure = why;
    this.cancel();
  }

  /** @param {State} state @param {(key: string) => string} text */
  show(state, text) {
    this.state = state;
    this.find("race-start").textContent = text(this.workers.length > 0 ? "cancel" : "startRace");
    this.find("race-failure").textContent = this.failure ? `${text("failed")} ${this.failure}` : "";
    this.find("race-iterations").value = state.iterations;
    for (const name of this.module.optimizers) {
      this.find(`race-use-${name}`).checked = state.racers.includes(name);
      this.find(`race-use-${name}`).parentElement.lastElementChild.textContent = text(name);
      this.find(`race-rate-${name}`).value = state.raceRates[name];
      this.find(`race-rate-${name}`).ariaLabel = `${text("rate")} ${text(name)}`;
      this.find(`race-end-${name}`).textContent = this.resultText(this.results[name], state.iterations, text);
    }
    const curves = Object.entries(this.results).map(([optimizer, { values }]) => ({ optimizer, values }));
    const view = { left: 0, right: state.iterations, bottom: 0, top: 2.4 };
    drawCurves(this.find("curves"), this.module, curves, view, state.iterations);
    showCommand(this.find("race-command"), "optimizer_compare_mnist", raceFlagsOf(this.module, state));
  }

  resultText(result, iterations, text) {
    if (result === undefined || result.values.length === 0) return "";
    const loss = result.values.at(-1);
    const parts = [`${result.values.length}/${iterations}`,
      Number.isFinite(loss) ? `${text("loss")} ${loss.toFixed(4)}` : text("diverged")];
    if (Number.isFinite(result.accuracy)) parts.push(`${text("accuracy")} ${result.accuracy.toFixed(4)}`);
    return parts.join(", ");
  }
}
