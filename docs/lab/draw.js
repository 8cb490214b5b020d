/**
 * The pictures: curves, and paths over contours.
 *
 * @typedef {{color: string, dash: number[], width?: number}} Look  of a line
 */

/** The look of the lines in the figures of the chapter (style.gp). @param {number} index @returns {Look} */
function lookOf(index) {
  const look = index < 6 ? index : 6 + (index % 4);
  const dashes = [[], [], [7, 4], [2, 3], [8, 3, 2, 3], [8, 3, 2, 3, 2, 3]];
  return { color: DATA.colors.split(" ")[look], dash: dashes[Number(DATA.dashes.split(" ")[look])] };
}

/** Makes the canvas as fine as the screen. @returns its context, in units of CSS pixels, cleared */
function clear(canvas) {
  const ratio = devicePixelRatio || 1;
  const width = canvas.clientWidth, height = canvas.clientHeight;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  context.fillStyle = colorOf("--paper");
  context.fillRect(0, 0, width, height);
  context.font = "12px system-ui, sans-serif";
  return context;
}

function colorOf(variable) {
  return getComputedStyle(document.documentElement).getPropertyValue(variable).trim();
}

/** From numbers to pixels, with room for the axes. @param {View} view */
function scaleOf(canvas, view) {
  const left = 44, right = canvas.clientWidth - 10, top = 8, bottom = canvas.clientHeight - 24;
  return {
    left, right, top, bottom, view,
    x: (x) => left + ((x - view.left) / (view.right - view.left)) * (right - left),
    y: (y) => bottom - ((y - view.bottom) / (view.top - view.bottom)) * (bottom - top),
    toX: (pixel) => view.left + ((pixel - left) / (right - left)) * (view.right - view.left),
    toY: (pixel) => view.bottom + ((bottom - pixel) / (bottom - top)) * (view.top - view.bottom),
  };
}

/** Round numbers from low to high, about `count` of them. */
function ticks(low, high, count) {
  const raw = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= raw);
  const numbers = [];
  for (let i = Math.ceil(low / step); i * step <= high; ++i) numbers.push(Number((i * step).toPrecision(12)));
  return numbers;
}

/** @param {(x: number) => string} labelX */
function drawAxes(context, scale, labelX = String, labelY = String) {
  const { view, left, right, top, bottom } = scale;
  context.strokeStyle = colorOf("--grid");
  context.fillStyle = colorOf("--ink");
  context.lineWidth = 1;
  context.textAlign = "center";
  for (const x of ticks(view.left, view.right, (right - left) / 70)) {
    context.strokeRect(scale.x(x), top, 0, bottom - top);
    context.fillText(labelX(x), scale.x(x), bottom + 16);
  }
  context.textAlign = "right";
  for (const y of ticks(view.bottom, view.top, Math.max((bottom - top) / 45, 3))) {
    context.strokeRect(left, scale.y(y), right - left, 0);
    context.fillText(labelY(y), left - 5, scale.y(y) + 4);
  }
}

/** Draws only between the axes. */
function inside(context, { left, right, top, bottom }, draw) {
  context.save();
  context.beginPath();
  context.rect(left, top, right - left, bottom - top);
  context.clip();
  draw();
  context.restore();
}

/**
 * The lines on which the heights of a grid are `level` (marching squares): in each square between four heights, from
 * edge to edge where the level is crossed.
 * @param {Float64Array} heights [rows, columns], the first row at the bottom
 * @param {(column: number, row: number) => number[]} at pixels
 */
function contour(heights, columns, rows, level, at) {
  const line = new Path2D();
  for (let row = 0; row + 1 < rows; ++row) {
    for (let column = 0; column + 1 < columns; ++column) {
      const corners = [[column, row], [column + 1, row], [column + 1, row + 1], [column, row + 1]];
      const above = corners.map(([j, i]) => heights[i * columns + j] - level);
      const crossings = [];
      for (let k = 0; k < 4; ++k) {
        const from = above[k], to = above[(k + 1) % 4];
        if (from < 0 === to < 0) continue;
        const part = from / (from - to);
        const [j, i] = corners[k], [nextJ, nextI] = corners[(k + 1) % 4];
        crossings.push(at(j + part * (nextJ - j), i + part * (nextI - i)));
      }
      for (let k = 0; k + 1 < crossings.length; k += 2) {
        line.moveTo(...crossings[k]);
        line.lineTo(...crossings[k + 1]);
      }
    }
  }
  return line;
}

/** A path through points, as far as they can be drawn. */
function drawLine(context, look, xs, ys, count) {
  const far = 1e5;  // pixels; nothing is to be seen there
  context.strokeStyle = context.fillStyle = look.color;
  context.setLineDash(look.dash);
  context.beginPath();
  let drawn = 0;
  while (drawn < count && Math.abs(xs[drawn]) < far && Math.abs(ys[drawn]) < far) {
    context.lineTo(xs[drawn], ys[drawn]);
    ++drawn;
  }
  context.lineWidth = look.width ?? 2;
  context.stroke();
  context.setLineDash([]);
  return drawn;
}

function drawDot(context, x, y, radius) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}

/**
 * @param {Surface} surface @param {{paths: Path[], step: number, x: number, y: number}} walk
 * @returns the scale, to find what is under the pointer
 */
function drawPaths(canvas, module, surface, view, { paths, step, x, y }) {
  const context = clear(canvas);
  const scale = scaleOf(canvas, view);
  drawAxes(context, scale);
  inside(context, scale, () => {
    const columns = 160, rows = 120;
    const heights = module.heights(surface.name, view, columns, rows);
    const at = (column, row) => [
      scale.left + (column / (columns - 1)) * (scale.right - scale.left),
      scale.bottom - (row / (rows - 1)) * (scale.bottom - scale.top),
    ];
    context.strokeStyle = colorOf("--contour");
    for (const level of surface.contours) context.stroke(contour(heights, columns, rows, level, at));
    context.fillStyle = colorOf("--ink");
    context.textAlign = "center";
    context.font = "16px system-ui, sans-serif";
    for (const minimum of surface.minima) context.fillText("★", scale.x(minimum[0]), scale.y(minimum[1]) + 6);
    for (const path of paths) {
      const xs = path.x.map(scale.x), ys = path.y.map(scale.y);
      const drawn = drawLine(context, lookOfOptimizer(module, path.optimizer), xs, ys, step + 1);
      for (let i = 0; i < drawn; ++i) drawDot(context, xs[i], ys[i], i === step ? 5 : 2);
    }
    context.fillStyle = colorOf("--ink");
    context.strokeStyle = colorOf("--paper");
    drawDot(context, scale.x(x), scale.y(y), 7);
    context.stroke();
  });
  return scale;
}

/**
 * Curves over the steps or iterations, and their axes.
 * @param {{look: Look, values: number[]}[]} curves @param {number} count of values that are drawn
 */
function drawCurves(canvas, curves, view, count = Infinity) {
  const context = clear(canvas);
  const scale = scaleOf(canvas, view);
  drawAxes(context, scale);
  inside(context, scale, () => {
    for (const { look, values } of curves) {
      const xs = Array.from(values, (_, i) => scale.x(i)), ys = Array.from(values, scale.y);
      drawLine(context, look, xs, ys, Math.min(count, values.length));
    }
  });
}

/** How lines of a look are drawn, as SVG. @param {Look} look */
function lineSample({ color, dash }) {
  return `<svg aria-hidden="true"><line x1="0" y1="4" x2="26" y2="4" stroke="${color}" stroke-width="3"
    stroke-dasharray="${dash}"/></svg>`;
}
