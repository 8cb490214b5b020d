/**
 * A part of a tab, with an experiment in it: fields, a picture, the command that does the same, and a checksum. Its
 * elements have ids that begin with its own and a hyphen; those that end with -settings and -proof are filled here.
 */
class Widget {
  /** @param {Page} page @param {string} id @param {Field[]} fields @param {string[]} inForm which of them are there */
  constructor(page, id, fields, inForm = fields.map(({ name }) => name)) {
    Object.assign(this, { page, module: page.module, id, fields, state: standardState(fields) });
    /** @type {Control[]} */ this.controls = inForm.map((name) => labelled(this, this.field(name)));
    this.find("settings").append(...this.controls.map(({ element }) => element));
    const titled = (tag, text, properties = {}) => {
      const element = make(tag, properties);
      element.dataset.text = text;  // in the language of the page
      return element;
    };
    this.find("proof").append(
      titled("h2", "command"),
      make("div", { className: "row" },
        make("code", { id: `${id}-command` }), titled("button", "copy", { id: `${id}-copy` })),
      titled("h2", "checksum"),
      make("p", { id: `${id}-badge`, role: "status" }));
    this.find("copy").onclick = () => {
      getSelection().selectAllChildren(this.find("command"));
      document.execCommand("copy");  // works from file://, too
      this.find("copy").textContent = this.text("copied");
    };
  }

  find(part) {
    return document.getElementById(`${this.id}-${part}`);
  }

  /** @returns {Field} */
  field(name) {
    return this.fields.find((field) => field.name === name);
  }

  /** Of this widget's own under that key, or else of the page's. */
  text(key) {
    return this.page.text(`${this.id}-${key}`) ?? this.page.text(key);
  }

  textOfOption(field, option) {
    return this.text(option);
  }

  /** What the reader has chosen. */
  change(name, value) {
    this.state[name] = value;
    this.forget(name);
    this.page.show();
  }

  /** Another state, of a link. @param {State} state */
  restore(state) {
    this.state = state;
    this.forget();
  }

  /** Where the state has changed: what was computed is no longer that. */
  forget() {}

  /** Ends what is running. */
  stop() {}

  /** Shows the state and what was computed. */
  show() {
    for (const control of this.controls) control.show(this.state);
  }

  /**
   * The command that does the same in a terminal, and the checksum of the table that it writes.
   * @param {string} program @param {string[]} flags @param {string | undefined} csv header and rows; undefined: not yet
   */
  showCommand(program, flags, csv) {
    const words = ["bazel", "run", `//chapter6:${program}`, ...(flags.length > 0 ? ["--"] : []), ...flags];
    const spans = words.flatMap((word) => [make("span", { textContent: word }), " "]);  // no word is broken
    this.find("command").replaceChildren(...spans);

    const recorded = DATA.recorded[[program, ...flags].join(" ")];
    const checksum = csv === undefined ? "" : this.module.checksum(csv);
    const verdict = csv === undefined ? "unfinished" : recorded === undefined ? "unrecorded" :
      recorded === checksum ? "equal" : "different";
    const sign = { equal: "✓ ", different: `≠ ${recorded} ✗ ` }[verdict] ?? "";
    this.find("badge").className = `badge ${verdict}`;
    this.find("badge").textContent = `${checksum} ${sign}${this.text(verdict)}`;
  }
}
