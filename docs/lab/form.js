/** Controls for fields. Each checks what is typed, tells its widget, and can show another value. */

/** @param {string} tag @param {Object<string, any>} properties @returns {HTMLElement} */
function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/** @typedef {{element: HTMLElement, show: (state: State) => void}} Control */

/** @returns {Control} */
function numberInput(widget, field) {
  const step = field.whole ? "1" : "any";
  const element = make("input", { type: "number", id: `${widget.id}-${field.name}`, required: true, step, min: field.low });
  element.onchange = () => element.reportValidity() && widget.change(field.name, Number(element.value));
  return {
    element,
    show(state) {
      element.max = valueOf(field.high, state);
      element.value = state[field.name];
    },
  };
}

/** Its id is that of the number, with "slide-". @returns {Control} */
function sliderInput(widget, field) {
  const { low, high, log, zero } = field.slider;
  const valueAt = (position) => {
    if (zero && position <= low) return 0;
    return log ? Number((10 ** position).toPrecision(3)) : position;
  };
  const positionOf = (value) => (!log ? value : value > 0 ? Math.log10(value) : low);
  const element = make("input", { type: "range", id: `${widget.id}-slide-${field.name}`, min: low, max: high,
    step: field.slider.step ?? (field.whole ? 1 : log ? 0.01 : (high - low) / 500) });
  element.oninput = () => widget.change(field.name, valueAt(Number(element.value)));
  return {
    element,
    show(state) {
      const value = state[field.name];
      if (valueAt(Number(element.value)) !== value) element.value = positionOf(value);
      element.ariaLabel = widget.text(field.name);
    },
  };
}

/** @returns {Control} */
function selectInput(widget, field) {
  const options = field.options.map((value) => make("option", { value }));
  const element = make("select", { id: `${widget.id}-${field.name}` }, ...options);
  element.oninput = () => widget.change(field.name, element.value);
  return {
    element,
    show(state) {
      for (const option of options) option.textContent = widget.textOfOption(field.name, option.value);
      element.value = state[field.name];
    },
  };
}

/** One of several options; the last that is chosen stays. Its id is that of the field, a hyphen, and the option. */
function checkBox(widget, field, option) {
  const element = make("input", { type: "checkbox", id: `${widget.id}-${field.name}-${option}` });
  element.oninput = () => {
    const before = widget.state[field.name];
    const chosen = field.options.filter((other) => (other === option ? element.checked : before.includes(other)));
    widget.change(field.name, chosen.length > 0 ? chosen : before);
  };
  return { element, show: (state) => (element.checked = state[field.name].includes(option)) };
}

/** The control of a field, and its slider if it has one, under what it is called. @returns {Control} */
function labelled(widget, field) {
  const input = (field.kind === "number" ? numberInput : selectInput)(widget, field);
  const slider = field.slider && sliderInput(widget, field);
  const name = make("span");
  const label = make("label", {}, name, " ", input.element);
  const element = make("div", { className: slider || field.kind === "choice" ? "wide" : "" }, label, ...(slider ? [slider.element] : []));
  return {
    element,
    show(state) {
      name.textContent = widget.text(field.name);
      input.show(state);
      slider?.show(state);
    },
  };
}
