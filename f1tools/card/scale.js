// Where each stop stands between left (0) and right (1). Slider and chart share it, so the thumb is under its line.

const NOTHING_FLAGGED = 1; // the last stop, a little apart from the scores
const HIGHEST_SCORE = 0.97;
const SUPERSCRIPT = { ...Array.from("\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079"), "-": "\u207b" };

function scaleOf(stops, isProbability) {
  const values = stops.slice(0, -1).map((stop) => Number(stop.text));
  let low = values[0];
  let high = values[values.length - 1];
  if (isProbability && high - low > 0.5) [low, high] = [Math.min(low, 0), Math.max(high, 1)];
  // Half a span at a time: the span of very large scores would overflow.
  const half = high / 2 - low / 2 || 1;
  const linear = values.map((value) => ((value / 2 - low / 2) / half) * HIGHEST_SCORE);
  const crowded = isCrowded(stops, linear);
  const ranks = values.map((_, place) => (place / Math.max(values.length - 1, 1)) * HIGHEST_SCORE);
  const at = [...(crowded ? ranks : linear), NOTHING_FLAGGED];
  const ticks = crowded ? rankTicks(stops, at) : linearTicks(low, high, half);
  return { at, ticks, crowded };
}

// A few far-off scores can squeeze everything that matters into a sliver; then stops are spaced evenly instead.
function isCrowded(stops, linear) {
  const caught = (recall) => linear.findLastIndex((_, place) => stops[place].recall >= recall);
  return stops.length > 12 && linear[caught(0.05)] - linear[caught(0.95)] < 0.06;
}

function linearTicks(low, high, half) {
  const rough = half / 2.5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((one) => one * power).find((one) => one >= rough * 0.999);
  const ticks = [];
  for (let n = Math.ceil(low / step - 1e-9); n * step <= high + step * 1e-9 && ticks.length < 12; n += 1) {
    const value = n * step;
    ticks.push({ at: ((value / 2 - low / 2) / half) * HIGHEST_SCORE, text: tickText(value, Math.max(-low, high)) });
  }
  return ticks;
}

function rankTicks(stops, at) {
  const last = stops.length - 2;
  return [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const place = Math.round(share * last);
    return { at: at[place], text: tickText(Number(Number(stops[place].text).toPrecision(3))) };
  });
}

// Very large and very small numbers as powers of ten, in the style that the largest number of their axis needs.
function tickText(value, largest = Math.abs(value)) {
  const short = Number(value.toPrecision(12));
  if (short === 0 || (largest >= 1e-4 && largest < 1e7)) return printed(grouped(String(short)));
  const [digits, power] = short.toExponential().split("e");
  const raised = [...power].map((sign) => (sign === "+" ? "" : SUPERSCRIPT[sign])).join("");
  return printed(`${digits}\u00d710${raised}`);
}

// The stop nearest to a position; `at` is ascending.
function nearest(at, position) {
  let low = 0;
  let high = at.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at[middle] < position) low = middle + 1;
    else high = middle;
  }
  return low > 0 && position - at[low - 1] < at[low] - position ? low - 1 : low;
}

// The stop that makes the decisions of a threshold: the lowest one that is not below it.
function stopFor(stops, threshold) {
  const place = stops.findIndex((stop) => Number(stop.text) >= threshold);
  return place < 0 ? stops.length - 1 : place;
}
