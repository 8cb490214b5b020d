/** The command that does the same in a terminal. */

/** Writes a command, of which no word is broken where there is room for it. */
function showCommand(where, program, flags) {
  const words = ["bazel", "run", `//chapter6:${program}`, ...(flags.length > 0 ? ["--"] : []), ...flags];
  where.replaceChildren(...words.flatMap((word) => {
    const span = document.createElement("span");
    span.textContent = word;
    return [span, " "];
  }));
}

/** Works from file://, too. @param {HTMLElement} button @param {HTMLElement} where the command is */
function copyOnClick(button, where) {
  button.onclick = () => {
    getSelection().selectAllChildren(where);
    document.execCommand("copy");
    button.textContent = TEXTS[document.documentElement.lang].copied;
  };
}
