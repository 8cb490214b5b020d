/** The map of 6.5: learning rate by weight decay, both in powers of ten; colours are validation accuracies. */

const ACCURACY_COLORS = ["#440154", "#3b528b", "#21918c", "#5ec962", "#fde725"];  // from 0 to 1
const EXPECTED_SIDE = 24;  // of the grid of what is expected between the trials

/** Between the two colours that are nearest. @param {number} accuracy */
function accuracyColor(accuracy) {
  const last = ACCURACY_COLORS.length - 1, at = Math.min(Math.max(accuracy, 0), 1) * last;
  const low = Math.min(Math.floor(at), last - 1);
  const [from, to] = ACCURACY_COLORS.slice(low, low + 2).map((color) =>
    [1, 3, 5].map((i) => parseInt(color.slice(i, i + 2), 16)));
  return `rgb(${from.map((c, i) => Math.round(c + (at - low) * (to[i] - c)))})`;
}

/**
 * Small dots are of the rounds before, dashed lines around the rounds after the first.
 * @param {State} state @param {Search} search
 */
function drawSearch(canvas, state, { trials, ranges, ranking, expected }) {
  const ends = [state.rate_low, state.rate_high, state.decay_low, state.decay_high];
  const [left, right, bottom, top] = ends.map(Math.log10), width = right - left, height = top - bottom;
  const context = clear(canvas);
  const scale = scaleOf(canvas, {  // with room for the dots at the ends
    left: left - 0.06 * width, right: right + 0.06 * width, bottom: bottom - 0.06 * height, top: top + 0.06 * height,
  });
  const powerOfTen = (power) => (Number.isInteger(power) ? `1e${power}` : "");
  inside(context, scale, () => {
    const xOf = (column) => Math.round(scale.x(left + (width * column) / EXPECTED_SIDE));
    const yOf = (row) => Math.round(scale.y(bottom + (height * row) / EXPECTED_SIDE));
    context.globalAlpha = 0.35;
    expected.forEach((accuracy, i) => {
      const column = i % EXPECTED_SIDE, row = Math.floor(i / EXPECTED_SIDE), x = xOf(column), y = yOf(row + 1);
      context.fillStyle = accuracyColor(accuracy);
      context.fillRect(x, y, xOf(column + 1) - x, yOf(row) - y);
    });
    context.globalAlpha = 1;
  });
  drawAxes(context, scale, powerOfTen, powerOfTen);
  inside(context, scale, () => {
    context.strokeStyle = context.fillStyle = colorOf("--ink");
    context.setLineDash([4, 3]);
    for (const range of ranges) {
      const [rateLow, rateHigh, decayLow, decayHigh] = range.map(Math.log10);
      const x = scale.x(rateLow), y = scale.y(decayHigh);
      context.strokeRect(x, y, scale.x(rateHigh) - x, scale.y(decayLow) - y);
    }
    context.setLineDash([]);
    context.textAlign = "center";
    trials.forEach(({ rate, decay, validation }, number) => {
      const x = scale.x(Math.log10(rate)), y = scale.y(Math.log10(decay)), accuracy = validation.at(-1);
      const isOld = number < ranges.length * Number(state.trials), radius = isOld ? 3 : 6;
      context.strokeRect(x, scale.bottom - 8, 0, 8);
      context.fillStyle = Number.isNaN(accuracy) ? colorOf("--ink") : accuracyColor(accuracy);
      if (Number.isNaN(accuracy)) {
        context.fillText("×", x, y + 4);
      } else {
        drawDot(context, x, y, radius);
        context.stroke();
      }
    });
    context.fillStyle = colorOf("--ink");
    context.textAlign = "left";
    ranking.slice(0, 5).forEach((number, i) => {
      const { rate, decay } = trials[number], x = scale.x(Math.log10(rate)), y = scale.y(Math.log10(decay));
      context.fillText(String(i + 1), x + 9, y - 6);
      if (i > 0) return;
      context.lineWidth = 2;
      context.beginPath();
      context.arc(x, y, 9, 0, 2 * Math.PI);
      context.stroke();
    });
  });
}
