// The formulas of f1tools/core/counts.py, operation by operation, so that both give the same floating-point number.

function ratio(numerator, denominator, zeroDivision = 0) {
  return denominator === 0 ? zeroDivision : numerator / denominator;
}

const positives = (c) => c.tp + c.fn;
const negatives = (c) => c.fp + c.tn;
const flagged = (c) => c.tp + c.fp;
const unflagged = (c) => c.tn + c.fn;
const total = (c) => positives(c) + negatives(c);

const METRICS = {
  f1: (c) => ratio(2 * c.tp, positives(c) + flagged(c)),
  fbeta: (c, beta) => ratio((1 + beta * beta) * c.tp, beta * beta * positives(c) + flagged(c)),
  precision: (c) => ratio(c.tp, flagged(c), NaN), // undefined, not 0, where nothing is flagged
  recall: (c) => ratio(c.tp, positives(c)),
  specificity: (c) => ratio(c.tn, negatives(c)),
  npv: (c) => ratio(c.tn, unflagged(c)),
  accuracy: (c) => ratio(c.tp + c.tn, total(c)),
  balanced_accuracy: (c) => (METRICS.recall(c) + METRICS.specificity(c)) / 2,
  youden_j: (c) => METRICS.recall(c) - ratio(c.fp, negatives(c)),
  g_mean: (c) => Math.sqrt(METRICS.recall(c) * METRICS.specificity(c)),
  jaccard: (c) => ratio(c.tp, flagged(c) + c.fn),
  mcc: (c) => ratio(
    c.tp * c.tn - c.fp * c.fn,
    Math.sqrt(flagged(c) * positives(c)) * Math.sqrt(negatives(c) * unflagged(c)),
  ),
  kappa: (c) => ratio(
    2 * (c.tp * c.tn - c.fp * c.fn),
    flagged(c) * negatives(c) + positives(c) * unflagged(c),
    NaN,
  ),
};

// The last stop flags nothing.
function thresholdAt(payload, index) {
  return index === payload.stops.length - 1 ? Infinity : Number(payload.stops[index]);
}

// Build the stops of a payload with their counts and metrics, lowest threshold first.
function buildStops(payload) {
  const drawnMetric = METRICS[payload.drawn.name];
  return payload.stops.map((text, index) => {
    const tp = payload.tp[index];
    const fp = payload.fp[index];
    const counts = { tp, fp, fn: payload.positives - tp, tn: payload.negatives - fp };
    const threshold = thresholdAt(payload, index);
    return {
      text,
      threshold,
      end: payload.ends[index] ?? threshold, // its decisions are those of all thresholds up to here
      index,
      counts,
      precision: METRICS.precision(counts),
      recall: METRICS.recall(counts),
      drawn: drawnMetric(counts, payload.drawn.beta),
      share: ratio(flagged(counts), total(counts)),
    };
  });
}
