/**
 * The rule that a reader types: compiled by the C++ in the page's module (rule.h) to a module of its own, which works
 * in the memory of that one.
 *
 * @typedef {{what: string, position: number, fragment: string}} RuleError  as in rule_parser.h
 */

/**
 * @param {Object} exports of the module @param {string} text @param {boolean} forDouble
 * @returns {{step: Function} | {error: RuleError}}
 */
function compileRule(exports, text, forDouble) {
  const bytesOf = (address, count) => new Uint8Array(exports.memory.buffer, address, count);
  const textAt = (address) => {
    const bytes = bytesOf(address);
    return new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)));
  };
  const utf8 = new TextEncoder().encode(text);
  const room = exports.RuleText(utf8.length);
  bytesOf(room, utf8.length).set(utf8);
  const size = exports.CompileRuleText(forDouble);
  if (size === 0) {
    const [what, fragment] = [exports.RuleErrorWhat(), exports.RuleErrorFragment()].map(textAt);
    return { error: { what, position: exports.RuleErrorPosition(), fragment } };
  }
  const bytes = bytesOf(exports.RuleModule(), size).slice();
  const imports = { env: { memory: exports.memory, exp: exports.Exp } };
  return { step: new WebAssembly.Instance(new WebAssembly.Module(bytes), imports).exports.step };
}
