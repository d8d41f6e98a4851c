// Place the name of each line beside it, where no other name stands and the least of other lines is crossed.

const LABEL_STEP = 8; // px between the points at which a label is tried
const LABEL_HEIGHT = 15;
const LABEL_GAP = 5; // px between a label and its line
const CLEAR = 3; // px between a label and any line, half the width of a line included
const APART = 14; // px to other lines, from which on it is clear whose name it is
const AMBIGUOUS = 3; // a line that is closer counts as much as this many points of the own line that are crossed
const FOREIGN = 10; // and a point of another line that is crossed, as this many

// Return points along a polyline that are at most `step` px apart.
function densified(points, step) {
  return points.flatMap(([x, y], n) => {
    if (n === 0) return [[x, y]];
    const [fromX, fromY] = points[n - 1];
    const parts = Math.max(Math.ceil(Math.hypot(x - fromX, y - fromY) / step), 1);
    return Array.from({ length: parts }, (_, k) => [fromX + ((x - fromX) * (k + 1)) / parts, fromY + ((y - fromY) * (k + 1)) / parts]);
  });
}

// Return a place for the name of each line: its middle and baseline, or null where there is no space for it.
//
//   lines      [{ width, points }], pixels; the names of the first ones are placed first
//   area       { left, right, top, bottom } that names stay in
//   obstacles  boxes that names keep clear of
function placeLabels(lines, area, obstacles) {
  const sampled = lines.map(({ points }) => densified(points, LABEL_STEP));
  const taken = [...obstacles];
  return lines.map((named, own) => {
    const width = named.width + 6;
    let best = null;
    for (const [x, y] of sampled[own]) {
      const close = sampled.filter((points, line) => line !== own && points.some((point) => Math.hypot(point[0] - x, point[1] - y) < APART));
      for (const box of labelBoxes(x, y, width, area)) {
        if (taken.some((other) => boxesOverlap(box, other))) continue;
        const crossed = lines.reduce((sum, { points }, line) => sum + crossing(points, box) * (line === own ? 1 : FOREIGN), AMBIGUOUS * close.length);
        if (!best || crossed < best.crossed) best = { crossed, box };
      }
    }
    if (!best) return null;
    taken.push(best.box);
    return { x: (best.box.left + best.box.right) / 2, y: best.box.bottom - 4 };
  });
}

// The boxes of a label above, below, right and left of a point of its line that fit into the area.
function labelBoxes(x, y, width, area) {
  const middle = Math.min(Math.max(x - width / 2, area.left), area.right - width);
  const corners = [[middle, y - LABEL_GAP - LABEL_HEIGHT], [middle, y + LABEL_GAP],
    [x + LABEL_GAP, y - LABEL_HEIGHT / 2], [x - LABEL_GAP - width, y - LABEL_HEIGHT / 2]];
  return corners.map(([left, top]) => ({ left, right: left + width, top, bottom: top + LABEL_HEIGHT }))
    .filter((box) => box.left >= area.left && box.right <= area.right && box.top >= area.top && box.bottom <= area.bottom);
}

function boxesOverlap(one, other) {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}

// How much of a line of horizontal and vertical parts crosses a box, or touches it, in points as above.
function crossing(points, box) {
  let sum = 0;
  for (let n = 1; n < points.length; n += 1) {
    const [[x0, y0], [x1, y1]] = [points[n - 1], points[n]];
    const wide = Math.min(Math.max(x0, x1), box.right + CLEAR) - Math.max(Math.min(x0, x1), box.left - CLEAR);
    const high = Math.min(Math.max(y0, y1), box.bottom + CLEAR) - Math.max(Math.min(y0, y1), box.top - CLEAR);
    if (wide >= 0 && high >= 0) sum += 1 + Math.max(wide, high) / LABEL_STEP;
  }
  return sum;
}
