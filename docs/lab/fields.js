/**
 * What a reader can choose: a number, one of some words, some of them, or any text. All of it is in the URL's fragment,
 * but for what is as by default.
 *
 * @typedef {{low: number, high: number, step?: number, log?: boolean, zero?: boolean}} Slider  log: its positions are
 *   powers of ten; zero: at its lowest position it means 0
 * @typedef {{name: string, kind: "number" | "choice" | "choices" | "text", standard: any, low?: number, high?: any,
 *   whole?: boolean, slider?: Slider, options?: string[]}} Field  `standard`, the value by default, and `high` may be
 *   functions of the fields before it
 * @typedef {Object<string, number | string | string[]>} State  the value of each field
 */

/** @returns {Field} a number from low to high; more: whole, slider */
const numberField = (name, standard, low, high, more = {}) => ({ name, kind: "number", standard, low, high, ...more });
/** @returns {Field} one of the options */
const choiceField = (name, standard, options) => ({ name, kind: "choice", standard, options });
/** @returns {Field} one or more of the options, in their order */
const choicesField = (name, standard, options) => ({ name, kind: "choices", standard, options });
/** @returns {Field} a text, of `high` characters at most */
const textField = (name, standard, high) => ({ name, kind: "text", standard, high });

const valueOf = (value, state) => (typeof value === "function" ? value(state) : value);

/** @param {Field[]} fields @param {State} chosen the values that are not as by default @returns {State} */
function standardState(fields, chosen = {}) {
  const state = {};
  for (const { name, standard } of fields) state[name] = chosen[name] ?? valueOf(standard, state);
  return state;
}

/** What a text of the fragment means; undefined, if nothing. */
function readField(field, text, state) {
  if (field.kind === "number") {
    const x = Number(text);
    const fits = text !== "" && x >= field.low && x <= valueOf(field.high, state) && (!field.whole || Number.isInteger(x));
    return fits ? x : undefined;
  }
  if (field.kind === "text") return text.length <= field.high ? text : undefined;
  if (field.kind === "choice") return field.options.includes(text) ? text : undefined;
  const chosen = text.split(" ").filter((word) => word !== "");
  const fits = chosen.length > 0 && chosen.every((word) => field.options.includes(word));
  return fits ? field.options.filter((option) => chosen.includes(option)) : undefined;
}

const writeField = (value) => (Array.isArray(value) ? value.join(" ") : String(value));

/** The names of the fields that are not as by default, given those before them. @returns {string[]} */
function chosenFields(fields, state) {
  return fields.filter(({ name, standard }) => writeField(state[name]) !== writeField(valueOf(standard, state)))
    .map(({ name }) => name);
}

/** @param {URLSearchParams} fragment to which what is chosen is added: function=saddle&sgd=0.5&step=7 */
function toFragment(fields, state, fragment) {
  for (const name of chosenFields(fields, state)) fragment.set(name, writeField(state[name]));
}

/** @param {string[]} wrong takes the parts of the fragment that mean nothing, and are left out @returns {State} */
function fromFragment(fields, fragment, wrong) {
  const state = {};
  for (const field of fields) {
    const { name, standard } = field, text = fragment.get(name);
    const value = text === null ? undefined : readField(field, text, state);
    if (text !== null && value === undefined) wrong.push(`${name}=${text}`);
    state[name] = value ?? valueOf(standard, state);
  }
  return state;
}
