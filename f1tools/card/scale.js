// The position of each stop between left (0) and right (1), shared by slider and chart, so that thumb and line align.

const HIGHEST_SCORE = 0.97; // the stops above it, which flag nothing, share the rest: they do not stretch the scale
const SUPERSCRIPT = { ...Array.from("\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079"), "-": "\u207b" };

function buildScale(stops, isProbability) {
  const values = stops.filter((stop) => flagged(stop.counts) > 0).map((stop) => stop.threshold);
  let low = values[0];
  let high = values[values.length - 1];
  if (isProbability && high - low > 0.5) [low, high] = [Math.min(low, 0), Math.max(high, 1)];
  // Halved, because the span of very large scores would overflow.
  const half = high / 2 - low / 2 || 1;
  const linear = values.map((value) => ((value / 2 - low / 2) / half) * HIGHEST_SCORE);
  const skewed = isSkewed(stops, linear);
  const ranks = values.map((_, index) => (index / Math.max(values.length - 1, 1)) * HIGHEST_SCORE);
  const n = stops.length - values.length;
  const above = Array.from({ length: n }, (_, index) => 1 - ((n - 1 - index) / n) * (1 - HIGHEST_SCORE));
  const positions = [...(skewed ? ranks : linear), ...above];
  const ticks = skewed ? rankTicks(stops, positions.slice(0, values.length)) : linearTicks(low, high, half);
  return { positions, ticks, skewed };
}

// Outliers can squeeze all other scores into a small part of the axis; then stops are spaced evenly instead.
function isSkewed(stops, linear) {
  const lastWithRecall = (recall) => linear.findLastIndex((_, index) => stops[index].recall >= recall);
  return stops.length > 12 && linear[lastWithRecall(0.05)] - linear[lastWithRecall(0.95)] < 0.06;
}

function linearTicks(low, high, half) {
  const rough = half / 2.5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((one) => one * power).find((one) => one >= rough * 0.999);
  const ticks = [];
  for (let n = Math.ceil(low / step - 1e-9); n * step <= high + step * 1e-9 && ticks.length < 12; n += 1) {
    const value = n * step;
    ticks.push({ position: ((value / 2 - low / 2) / half) * HIGHEST_SCORE, text: tickText(value, Math.max(-low, high)) });
  }
  return ticks;
}

function rankTicks(stops, positions) {
  const last = positions.length - 1;
  return [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const index = Math.round(share * last);
    return { position: positions[index], text: tickText(Number(Number(stops[index].text).toPrecision(3))) };
  });
}

// Very large and very small numbers are written as powers of ten, in the style of the largest number on the axis.
function tickText(value, largest = Math.abs(value)) {
  const short = Number(value.toPrecision(12));
  if (short === 0 || (largest >= 1e-4 && largest < 1e7)) return displayThreshold(withSeparators(String(short)));
  const [digits, power] = short.toExponential().split("e");
  const raised = [...power].map((sign) => (sign === "+" ? "" : SUPERSCRIPT[sign])).join("");
  return displayThreshold(`${digits}\u00d710${raised}`);
}

// Return the index of the stop nearest to a position; `positions` is ascending.
function nearest(positions, position) {
  let low = 0;
  let high = positions.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (positions[middle] < position) low = middle + 1;
    else high = middle;
  }
  return low > 0 && position - positions[low - 1] < positions[low] - position ? low - 1 : low;
}

// Return the index of the stop that makes the same decisions as a threshold: the lowest one not below it.
function equivalentStop(stops, threshold) {
  return stops.findIndex((stop) => stop.threshold >= threshold);
}
