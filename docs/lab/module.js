/**
 * The C++ of the chapter (lab.cc), as JavaScript calls it.
 *
 * @typedef {{name: string, formula: string, start: number[], points: number, low: number[], high: number[],
 *   contours: number[], minima: number[][], rates: number[]}} Surface  as in chapter6/surfaces.h
 * @typedef {{x: number[], y: number[]}} Trace  point by point
 * @typedef {{optimizer: string, x: number[], y: number[], f: number[], average?: Trace, squares?: Trace}} Path  where it
 *   goes, and what its optimizer remembers: v of Momentum or m of Adam; h of AdaGrad or v of Adam
 * @typedef {{left: number, right: number, bottom: number, top: number}} View  a part of the plane
 */
class Module {
  /** @param {string} base64 the module @returns {Promise<Module>} */
  static async load(base64) {
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    // What the C library asks of the system; only a failed check would call it.
    const refuse = new Proxy({}, { get: (_, name) => () => { throw new Error(`${String(name)} was called`); } });
    const { instance } = await WebAssembly.instantiate(bytes,
      { wasi_snapshot_preview1: refuse, rule: { step: (...args) => module.ruleStep(...args) } });
    const module = new Module(instance.exports);
    return module;
  }

  constructor(exports) {
    this.exports = exports;
    exports._initialize();
    const words = (address) => this.text(address).split(" ").filter((word) => word !== "");
    /** @type {string[]} */ this.optimizers = words(exports.Optimizers());
    /** @type {number[]} */ this.rates = this.optimizers.map((_, i) => exports.LearningRate(i));  // the book's for MNIST
    /** @type {string[][]} */ this.states = this.optimizers.map((_, i) => words(exports.States(i)));  // v, h, m
    /** @type {Surface[]} */ this.surfaces = Array.from({ length: exports.SurfaceCount() }, (_, i) => this.readSurface(i));
  }

  /** @returns {Surface} */
  readSurface(i) {
    const [name, formula] = this.text(this.exports.SurfaceText(i)).split(": ");
    let address = this.exports.SurfaceNumbers(i);
    const next = (count) => {
      address += 8 * count;
      return Array.from(this.numbers(address - 8 * count, count));
    };
    const start = next(2), [points, minimaCount] = next(2);
    const minima = Array.from({ length: minimaCount }, () => next(2));
    const low = next(2), high = next(2), [contourCount] = next(1);
    const contours = next(contourCount), rates = next(this.optimizers.length);
    return { name, formula, start, points, minima, low, high, contours, rates };
  }

  /** @param {number} address of a text that ends with 0 */
  text(address) {
    const bytes = new Uint8Array(this.exports.memory.buffer, address);
    return new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)));
  }

  /** @param {number} address @param {number} count of numbers */
  numbers(address, count) {
    return new Float64Array(this.exports.memory.buffer, address, count).slice();
  }

  /** @param {string} name @returns {Surface} */
  surface(name) {
    return this.surfaces.find((surface) => surface.name === name);
  }

  /** f on a grid over the view, both ends included, row by row from the bottom. @param {View} view */
  heights(surface, view, columns, rows) {
    const address = this.exports.Heights(this.surfaces.indexOf(this.surface(surface)),
      view.left, view.right, view.bottom, view.top, columns, rows);
    return this.numbers(address, columns * rows);
  }

  /** What the optimizer "rule" is from now on. @returns {RuleError | undefined} it cannot be used, if there is one */
  useRule(formula, forDouble) {
    const { step, error } = compileRule(this.exports, formula, forDouble);
    this.ruleStep = step;
    return error;
  }

  /** The checksum of a table, as tests/golden has it. @param {string} csv header and rows */
  checksum(csv) {
    const bytes = new TextEncoder().encode(`${csv}\n`);  // tests/golden counts an empty line behind the last row
    const address = this.exports.TableRoom(bytes.length);
    new Uint8Array(this.exports.memory.buffer, address, bytes.length).set(bytes);
    return BigInt.asUintN(64, this.exports.TableChecksum()).toString(16).padStart(16, "0");
  }

  /**
   * The paths of a state (paths.js), and the table that the program would write.
   * @returns {{paths: Path[], csv: string}}
   */
  walk(state) {
    const surface = this.surfaces.indexOf(this.surface(state.function));
    let csv = "optimizer,step,x,y\n";
    const walking = state.optimizers.filter((name) => name !== "rule" || !this.useRule(state.formula, true));
    const paths = walking.map((optimizer) => {
      const remembered = this.states[this.optimizers.indexOf(optimizer)] ?? [];
      const columns = 3 + 2 * remembered.length;
      const address = this.exports.Walk(surface, this.optimizers.indexOf(optimizer), state[optimizer],
        state.decay, state.x, state.y, state.points);
      const numbers = this.numbers(address, columns * state.points);
      const column = (k) => Array.from({ length: state.points }, (_, i) => numbers[columns * i + k]);
      const path = { optimizer, x: column(0), y: column(1), f: column(2) };
      remembered.forEach((name, i) => {
        const squares = name === "h" || (name === "v" && remembered.includes("m"));
        path[squares ? "squares" : "average"] = { x: column(3 + 2 * i), y: column(4 + 2 * i) };
      });
      path.x.forEach((x, step) => (csv += `${optimizer},${step},${decimal(x)},${decimal(path.y[step])}\n`));
      return path;
    });
    return { paths, csv };
  }

  // --- The race (race.cc) ---

  /** @param {boolean} ofTest @param {boolean} ofLabels @param {Uint8Array} bytes behind the header of a file of MNIST */
  fill(ofTest, ofLabels, bytes) {
    const address = this.exports.Room(ofTest, ofLabels, bytes.length);
    new Uint8Array(this.exports.memory.buffer, address, bytes.length).set(bytes);
  }

  beginRace(optimizer, rate) {
    this.exports.BeginRace(this.optimizers.indexOf(optimizer), rate);
  }

  /** One iteration. @returns {number} the loss after it */
  learn() {
    return this.exports.Learn();
  }

  /** The losses of the `count` iterations until now, smoothed. */
  smoothedLosses(count) {
    return this.numbers(this.exports.SmoothedLosses(), count);
  }

  testAccuracy() {
    return this.exports.TestAccuracy();
  }
}
