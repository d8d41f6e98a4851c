// The position of each stop between left (0) and right (1), shared by slider and chart, so that thumb and line align;
// and where its decisions end, at a score that may lie farther right.

const HIGHEST_SCORE = 0.97; // the stops above it, which flag nothing, share the rest: they do not stretch the scale
const SUPERSCRIPT = { ...Array.from("\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079"), "-": "\u207b" };

// A zoom shows the thresholds from `zoom[0]` to `zoom[1]`; stops outside of it have positions outside of 0 to 1. Unless
// `log` is given, the axis is logarithmic where the positives would crowd at the low end of a linear one.
function buildScale(stops, isProbability, { zoom, log } = {}) {
  const flagging = stops.filter((stop) => flagged(stop.counts) > 0);
  const scores = flagging.map((stop) => stop.end); // these, and not the current threshold, determine the axis
  const [lowest, highest] = [scores[0], scores[scores.length - 1]];
  const whole = wholeAxis(lowest, highest, isProbability);
  const above0 = scores.find((score) => score > Math.max(lowest, 0)) ?? highest; // the lowest one may be an outlier
  const canBeLog = lowest >= 0 && highest / above0 >= 10;
  const top = zoom && zoom[1] < highest ? 1 : HIGHEST_SCORE;
  const linear = linearAxis(...(zoom ?? whole));
  const logarithmic = canBeLog ? logAxis(zoom?.[0] > 0 ? zoom[0] : above0, zoom?.[1] ?? highest, above0) : linear;
  const placed = (axis, values) => values.map((value) => {
    const position = axis.at(Math.max(value, whole[0])) * top;
    return zoom ? position : Math.max(position, 0);
  });
  const axis = canBeLog && (log ?? (!zoom && prefersLog(stops, placed(linear, scores)))) ? logarithmic : linear;
  const skewed = log === undefined && !zoom && isSkewed(stops, placed(axis, scores));
  const ranks = scores.map((_, index) => (index / Math.max(scores.length - 1, 1)) * HIGHEST_SCORE);
  const n = stops.length - scores.length;
  const above = Array.from({ length: n }, (_, index) => (top === 1 ? 2 : 1 - ((n - 1 - index) / n) * (1 - HIGHEST_SCORE)));
  const positions = [...(skewed ? ranks : placed(axis, flagging.map((stop) => stop.threshold))), ...above];
  const ends = [...(skewed ? ranks : placed(axis, scores)), ...above];
  const ticks = skewed ? rankTicks(stops, ranks) : axis.ticks().map((tick) => ({ ...tick, position: tick.position * top }));
  const shown = positions.flatMap((position, index) => (position >= 0 && position <= 1 ? [index] : []));
  const bounds = shown.length ? [shown[0], shown[shown.length - 1]] : [0, stops.length - 1];
  return { positions, ends, ticks, skewed, canBeLog, isLog: !skewed && canBeLog && axis === logarithmic, bounds };
}

// From 0 to 1 where probabilities fill most of it, and from 0 where the scores begin close to it.
function wholeAxis(lowest, highest, isProbability) {
  if (isProbability && highest - lowest > 0.5) return [Math.min(lowest, 0), Math.max(highest, 1)];
  return [lowest > 0 && lowest < (highest - lowest) / 20 ? 0 : lowest, highest];
}

// Outliers can squeeze all other scores into a small part of the axis; then stops are spaced evenly instead.
function isSkewed(stops, positions) {
  const lastWithRecall = (recall) => positions.findLastIndex((_, index) => stops[index].recall >= recall);
  return stops.length > 12 && positions[lastWithRecall(0.05)] - positions[lastWithRecall(0.95)] < 0.06;
}

// A linear axis would have half of the positives in its lowest part.
function prefersLog(stops, linear) {
  return stops.length > 12 && linear[linear.findLastIndex((_, index) => stops[index].recall >= 0.5)] < 0.15;
}

function linearAxis(low, high) {
  const half = high / 2 - low / 2 || 1;
  return { at: (value) => (value / 2 - low / 2) / half, ticks: () => linearTicks(low, high, half) };
}

// Values below `least` have no place of their own: the logarithm of 0 is infinite.
function logAxis(low, high, least = low) {
  const width = Math.log(high / low);
  return { at: (value) => Math.log(Math.max(value, least) / low) / width, ticks: () => logTicks(low, high) };
}

// Powers of ten, with 2 and 5 times each where there are few of them; of many powers every second, third or further one.
function logTicks(low, high) {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const step = Math.ceil((last - first) / 6);
  const leading = last - first <= 2 ? [1, 2, 5] : [1];
  const ticks = [];
  for (let power = first; power <= last; power += step) {
    for (const digit of leading) {
      const value = Number(`${digit}e${power}`);
      if (value >= low && value <= high) ticks.push({ position: Math.log(value / low) / Math.log(high / low), text: tickText(value) });
    }
  }
  return ticks;
}

function linearTicks(low, high, half) {
  const rough = half / 2.5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((one) => one * power).find((one) => one >= rough * 0.999);
  const ticks = [];
  for (let n = Math.ceil(low / step - 1e-9); n * step <= high + step * 1e-9 && ticks.length < 12; n += 1) {
    const value = n * step;
    ticks.push({ position: (value / 2 - low / 2) / half, text: tickText(value, Math.max(-low, high)) });
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

// Return the index of the first stop at or after a position, else of the last one; `positions` is ascending.
function firstFrom(positions, position) {
  let low = 0;
  let high = positions.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (positions[middle] < position) low = middle + 1;
    else high = middle;
  }
  return low;
}

// Return the index of the stop nearest to a position.
function nearest(positions, position) {
  const low = firstFrom(positions, position);
  return low > 0 && position - positions[low - 1] < positions[low] - position ? low - 1 : low;
}

// Return the index of the stop that makes the same decisions as a threshold: the lowest one not below it.
function equivalentStop(stops, threshold) {
  return stops.findIndex((stop) => stop.threshold >= threshold);
}
