// Rules that a reader types, compiled by docs/lab and run in Node: beside the optimizers in C++, and beside JavaScript.
// Run by lab.sh.
import assert from "node:assert";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fillMnist, fromPage, module, plain, runTask } from "./native.mjs";

const compileRule = fromPage("compileRule");

let step;  // of the rule that is compiled
const { instance: { exports } } = await WebAssembly.instantiate(readFileSync("bazel-bin/tests/lab/rule_steps.wasm"), {
  wasi_snapshot_preview1: new Proxy({}, { get: (_, name) => () => assert.fail(`${String(name)} was called`) }),
  rule: { step: (...args) => step(...args) },
});
exports._initialize();

function use(rule, inDouble) {
  const compiled = compileRule(exports, rule, inDouble);
  assert.equal(compiled.error, undefined, `${rule}: ${JSON.stringify(compiled.error)}`);
  step = compiled.step;
}

const OPTIMIZERS = ["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw"];  // as OptimizerNames()
const RULE = -1, ELEMENTS = 300, STEPS = 50;

const ADAM = `m += (1 - 0.9) * (g - m)
v += (1 - 0.999) * (g*g - v)
W -= eta * sqrt(1 - 0.999^t) / (1 - 0.9^t) * m / (sqrt(v) + 1e-7)`;
const RULES = {
  sgd: "W -= eta*g",
  momentum: "v = 0.9*v - eta*g; W += v",
  nesterov: "W += 0.9*0.9*v - (1 + 0.9)*eta*g; v = 0.9*v - eta*g",
  adagrad: "h += g*g; W -= eta*g / (sqrt(h) + 1e-7)",
  rmsprop: "h = 0.99*h + (1 - 0.99)*g*g; W -= eta*g / (sqrt(h) + 1e-7)",
  adam: ADAM,
  adamw: `W -= eta*0.01*W\n${ADAM}`,
};

// Numbers in [0, 1), the same in each run (mulberry32).
function random(seed) {
  return () => {
    seed = (seed + 0x6D2B79F5) | 0;
    let x = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}

const view = (address, inDouble, count) =>
  new (inDouble ? Float64Array : Float32Array)(exports.memory.buffer, address, count);

// Steps of one optimizer -> the bits of W after each. `gradient` gives an element of dW.
function walk(optimizer, inDouble, eta, gradient) {
  exports.Begin(inDouble, optimizer, eta, ELEMENTS);
  const start = random(1), next = random(2);
  const W = view(exports.W(inDouble), inDouble, ELEMENTS), dW = view(exports.G(inDouble), inDouble, ELEMENTS);
  W.forEach((_, i) => (W[i] = 2 * start() - 1));
  return Array.from({ length: STEPS }, (_, t) => {
    dW.forEach((_, i) => (dW[i] = gradient(next, t, i)));
    exports.Step(inDouble);
    return bits(W);
  });
}

// NaN is NaN, whatever its bits.
function bits(numbers) {
  const own = numbers.map((x) => (Number.isNaN(x) ? NaN : x));
  return own.BYTES_PER_ELEMENT === 8 ? new BigUint64Array(own.buffer) : new Uint32Array(own.buffer);
}

// Of very different sizes, of both signs, and now and then 0.
const ordinary = (next) => (next() < 0.05 ? 0 : (2 * next() - 1) * 10 ** (6 * next() - 4));
// Also such that their squares overflow.
const overflowing = (inDouble) => (next, t, i) =>
  ordinary(next) * (t > 20 && i % 7 === 0 ? (inDouble ? 1e200 : 1e30) : 1);

for (const inDouble of [false, true]) {
  const precision = inDouble ? "double" : "float";

  for (const [index, name] of OPTIMIZERS.entries()) {
    test(`${name} as a rule has the bits of the C++ in ${precision}.`, () => {
      use(RULES[name], inDouble);
      for (const eta of [0.01, 1.5]) {
        assert.deepEqual(walk(RULE, inDouble, eta, ordinary), walk(index, inDouble, eta, ordinary));
      }
    });
  }

  for (const name of ["adagrad", "rmsprop", "adam", "adamw"]) {
    test(`With h - h for NanIfInfinite, ${name} has them when h overflows in ${precision}, too.`, () => {
      use(RULES[name].replace(/(sqrt\((.)\) \+ 1e-7\))/, "$1 + ($2 - $2)"), inDouble);
      const steps = walk(RULE, inDouble, 0.01, overflowing(inDouble));
      assert.deepEqual(steps, walk(OPTIMIZERS.indexOf(name), inDouble, 0.01, overflowing(inDouble)));
      assert(steps.at(-1).includes(bits(new (inDouble ? Float64Array : Float32Array)([NaN]))[0]));
    });
  }

  test(`Random rules compute what their trees do in JavaScript, in ${precision}.`, () => {
    const next = random(3);
    const round = inDouble ? (x) => x : Math.fround;
    let finite = 0;
    for (let k = 0; k < 500; ++k) {
      const assignments = Array.from({ length: 1 + Math.floor(4 * next()) }, () => randomAssignment(next));
      assignments.push({ target: "W", operator: "+=", value: randomTree(next, 3, false) });
      // What is read has to be assigned, too.
      for (const state of ["a", "b2", "c_"]) assignments.push({ target: state, operator: "*=", value: number(next) });
      const rule = assignments.map(({ target, operator, value }) =>
        `${target} ${operator} ${write(value, 1, next)}`).join("; ");
      use(rule, inDouble);

      const eta = next();
      exports.Begin(inDouble, RULE, eta, ELEMENTS);
      const W = view(exports.W(inDouble), inDouble, ELEMENTS), dW = view(exports.G(inDouble), inDouble, ELEMENTS);
      W.forEach((_, i) => (W[i] = ordinary(next)));
      const elements = [...W].map((x) => ({ W: x, a: 0, b2: 0, c_: 0 }));
      for (let t = 1; t <= 3; ++t) {
        dW.forEach((_, i) => (dW[i] = elements[i].g = round(ordinary(next))));
        exports.Step(inDouble);
        for (const element of elements) {
          for (const { target, operator, value } of assignments) {
            const x = evaluate(value, { element, eta, t, round });
            element[target] = operator === "=" ? round(x) : round(BINARY[operator[0]](element[target], round(x)));
          }
        }
        assert.deepEqual(bits(W), bits(W.map((_, i) => elements[i].W)), rule);
        finite += elements.filter((element) => Number.isFinite(element.W)).length;
      }
    }
    assert(finite > 500 * ELEMENTS, String(finite));  // a third of all
  });
}

// --- Trees ---

const power = (base, exponent) => {
  if (exponent > 10000) return NaN;
  let product = 1;
  for (let i = 0; i < exponent; ++i) product *= base;
  return product;
};
const BINARY = {
  "+": (a, b) => a + b, "-": (a, b) => a - b, "*": (a, b) => a * b, "/": (a, b) => a / b, "^": power,
  min: Math.min, max: Math.max,
};
const UNARY = { "-": (a) => -a, sqrt: Math.sqrt, abs: Math.abs, sign: Math.sign, exp: exports.Exp };

const pick = (next, list) => list[Math.floor(next() * list.length)];
const ARRAYS = ["W", "g", "a", "b2", "c_"];
const number = (next) => ({ leaf: pick(next, ["0.9", "3", "1e-2", ".5", "0", "0.999", "2.5E+1"]) });

// With operators that bind as in the text that write() makes of it.
function randomTree(next, depth, scalar) {
  if (depth === 0 || next() < 0.1) {
    return scalar ? pick(next, [number(next), { leaf: "eta" }, { leaf: "t" }]) : { leaf: pick(next, ARRAYS) };
  }
  const either = () => randomTree(next, depth - 1, scalar || next() < 0.3);
  const kind = next();
  if (kind < 0.3) return { operator: pick(next, Object.keys(UNARY)), operands: [randomTree(next, depth - 1, scalar)] };
  if (kind < 0.4 && scalar) return { operator: "^", operands: [randomTree(next, depth - 1, true), exponent(next, 2)] };
  const operands = [either(), randomTree(next, depth - 1, scalar)];
  if (next() < 0.5) operands.reverse();
  return { operator: pick(next, Object.keys(BINARY).filter((operator) => operator !== "^")), operands };
}

function exponent(next, depth) {
  if (depth === 0 || next() < 0.5) return { leaf: pick(next, ["t", "0", "1", "2", "7"]) };
  return { operator: pick(next, ["+", "*", "^"]), operands: [exponent(next, depth - 1), exponent(next, depth - 1)] };
}

function randomAssignment(next) {
  const target = pick(next, ["W", "a", "b2", "c_"]), operator = pick(next, ["=", "+=", "-=", "*=", "/="]);
  return { target, operator, value: randomTree(next, 3, next() < 0.2) };
}

// The text of a tree, with the parentheses that it needs where at least that level is: 1 a sum, 2 a product, 3 a
// negation, 4 a power, 5 a value. Now and then with more of them.
function write(tree, level, next) {
  const space = () => pick(next, ["", "", " "]);
  const [own, text] = (() => {
    if (tree.leaf) return [5, tree.leaf];
    const { operator, operands } = tree;
    const operand = (k, at) => space() + write(operands[k], at, next) + space();
    if (operator === "-" && operands.length === 1) return [3, `-${operand(0, 3)}`];
    if (operator === "^") return [4, `${operand(0, 5)}^${operand(1, 3)}`];
    const own = { "+": 1, "-": 1, "*": 2, "/": 2 }[operator];
    if (own) return [own, `${operand(0, own)}${operator}${operand(1, own + 1)}`];
    return [5, `${operator}(${operands.map((_, k) => operand(k, 1)).join(",")})`];
  })();
  return own < level || next() < 0.05 ? `(${text})` : text;
}

const isScalar = ({ leaf, operands }) =>
  (leaf ? !ARRAYS.includes(leaf) : operands.every(isScalar));

// What is the same for all elements, in double; the rest is rounded after every operation.
function evaluate(tree, at) {
  const { leaf, operator, operands } = tree;
  if (leaf) return { eta: at.eta, t: at.t, ...at.element }[leaf] ?? Number(leaf);
  const f = operands.length === 1 ? UNARY[operator] : BINARY[operator];
  if (isScalar(tree)) return f(...operands.map((operand) => evaluate(operand, at)));
  return at.round(f(...operands.map((operand) => at.round(evaluate(operand, at)))));
}

// --- Whatever a reader types ---

// Any bytes, words of rules in any order, and rules with a word changed.
function* scribbles(next, count) {
  const words = [..."+-*/^(),=;\n ", "W", "g", "v", "m", "eta", "t", "0.9", "1e-7", "2", "+=", "-=", "*=", "/=",
    "sqrt(", "abs(", "sign(", "exp(", "max(", "min(", "(1-0.9^t)", "W -= eta*g;", "v=v;", "η"];
  const word = () => pick(next, words);
  for (let k = 0; k < count; ++k) {
    if (k % 4 === 0) yield Buffer.from(Array.from({ length: 40 * next() }, () => Math.floor(256 * next())));
    else if (k % 4 === 1) yield Buffer.from(Array.from({ length: 40 * next() }, word).join(""));
    else {
      const rule = pick(next, Object.values(RULES)).split(/\b/);
      rule[Math.floor(rule.length * next())] = pick(next, [word(), "", word() + word()]);
      yield Buffer.from(rule.join(""));
    }
  }
}

test("Of 20,000 texts each is a module that runs in its arrays alone, or an error with its place.", () => {
  // The five arrays, each between elements that nobody may touch.
  exports.Begin(1, RULE, 0, 100);
  const start = exports.W(1), room = new Uint8Array(exports.memory.buffer, start, 800);
  let modules = 0, errors = 0, k = 0;
  for (const text of scribbles(random(4), 20000)) {
    const inDouble = k++ % 2, size = inDouble ? 8 : 4, n = k % 4;
    const address = exports.RuleText(text.length);
    new Uint8Array(exports.memory.buffer, address, text.length).set(text);
    const bytes = exports.CompileRuleText(inDouble);
    if (bytes === 0) {
      assert(exports.RuleErrorPosition() <= text.length);
      ++errors;
      continue;
    }
    const code = new Uint8Array(exports.memory.buffer, exports.RuleModule(), bytes).slice();
    assert(WebAssembly.validate(code), String(text));
    const imports = { env: { memory: exports.memory, exp: exports.Exp } };
    const instance = new WebAssembly.Instance(new WebAssembly.Module(code), imports);
    room.fill(77);
    const arrays = [0, 1, 2, 3, 4].map((array) => start + 160 * array + 40);
    instance.exports.step(...arrays, n, 0.1, k);
    for (const [i, byte] of room.entries()) {
      const within = i % 160 >= 40 && i % 160 < 40 + n * size && Math.floor(i / 160) !== 1;  // array 1 is g
      assert(within || byte === 77, String(text));
    }
    ++modules;
  }
  assert(modules > 1000 && errors > 10000, `${modules} ${errors}`);
  assert.equal(room.length, 800);  // it is still the memory
});

// --- In the page's module ---

const EXAMPLES = ["sgd", "momentum", "adam"];  // rules to start from that are also optimizers

test("A rule walks and races as its optimizer, and others as nothing else.", () => {
  fillMnist();
  const fields = fromPage("pathFields")(module), results = new Set();
  for (const name of Object.keys(fromPage("RULES"))) {
    const like = EXAMPLES.includes(name) ? name : "sgd";
    const { formula } = fromPage("RULES")[name];
    const state = fromPage("standardState")(fields,
      { function: "rosenbrock", optimizers: [like, "rule"], formula, decay: 0.1, [like]: 0.001, rule: 0.001 });
    const [native, rule] = plain(module.walk(state).paths);
    const race = (optimizer) => runTask("race", { optimizer, rate: 0.01, formula, iterations: 5 }).losses;
    const same = JSON.stringify([native.x, native.y]) === JSON.stringify([rule.x, rule.y]);
    assert.equal(same, EXAMPLES.includes(name), name);
    const losses = race("rule");
    assert.equal(JSON.stringify(losses) === JSON.stringify(race(like)), EXAMPLES.includes(name), name);
    assert(losses.every(Number.isFinite));
    results.add(losses.at(-1));
  }
  assert.equal(results.size, Object.keys(fromPage("RULES")).length);
});

test("A rule that is wrong walks nowhere; the others do.", () => {
  const fields = fromPage("pathFields")(module);
  const state = fromPage("standardState")(fields, { optimizers: ["sgd", "rule"], formula: "W -= eta*gg" });
  assert.deepEqual(plain(module.walk(state).paths.map(({ optimizer }) => optimizer)), ["sgd"]);
  assert.equal(module.useRule("W -= eta*gg", true).position, 9);
});

// --- Errors, as the page shows them ---

const TEXTS = fromPage("TEXTS"), describeRuleError = fromPage("describeRuleError");

test("The mark of an error is under its character, in its line.", () => {
  const describe = (rule, lang) =>
    plain(describeRuleError(rule, compileRule(exports, rule, true).error, (key) => TEXTS[lang][key]));
  assert.deepEqual(describe("v = 0.9*v;\n\tW -= eta*gg\nv = 3", "en"), {
    marked: "\tW -= eta*gg\n\t         ^",
    words: "Line 2, character 11: gg is read, but never assigned; known are W, g, eta, t and the state arrays.",
  });
  assert.deepEqual(describe("W -= η*g", "ko"), {
    marked: "W -= η*g\n     ^", words: "1행 6번째 글자: 'η': 규칙에는 ASCII 문자만 쓸 수 있다." });
  assert.deepEqual(describe("W = g +\nW = 3", "en"), {
    marked: "W = g +\n       ^", words: "Line 1, character 8: Expected here: a number, a name or '('." });
  assert.deepEqual(describe("", "en"), { marked: "\n^", words: "Line 1, character 1: A rule has to assign to W." });
});

test("There are words for each error, in both languages.", () => {
  const sources = ["rule_parser.cc", "rule_tokens.cc"].map((name) => readFileSync(`docs/lab/${name}`, "utf8")).join();
  const errors = [...new Set([...sources.matchAll(/"(rule[A-Z]\w*)"/g)].map(([, what]) => what))].sort();
  assert(errors.length > 15);
  for (const lang of ["en", "ko"]) {
    assert.deepEqual(Object.keys(TEXTS[lang]).filter((key) => /^rule[A-Z]/.test(key)).sort(), errors);
  }
});
