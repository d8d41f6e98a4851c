// The twin of f1tools/formatting: the same numbers and the same sentence. Tests compare the two.
// Thresholds come from Python as text and are never rounded here.

const UNDEFINED = "n/a";
const LARGEST_BASE = 1000000;

function withSeparators(text) {
  const [whole, decimals] = text.split(".");
  const withCommas = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return decimals === undefined ? withCommas : withCommas + "." + decimals;
}

// Return a threshold as displayed: with a minus sign instead of a hyphen, and with separators in long numbers.
function displayThreshold(text) {
  return (/^-?\d{7}/.test(text) ? withSeparators(text) : text).replaceAll("-", "\u2212");
}

function fixed(value, decimals) {
  const text = value.toFixed(decimals);
  return Number(text) === 0 ? text.replace("-", "") : text;
}

function metricValue(value) {
  return Number.isNaN(value) ? UNDEFINED : displayThreshold(fixed(value, 3));
}

function difference(value, reference) {
  if (Number.isNaN(value) || Number.isNaN(reference)) return UNDEFINED;
  const change = Math.round((Number(fixed(value, 3)) - Number(fixed(reference, 3))) * 1000);
  if (change === 0) return "\u00b10";
  return (change > 0 ? "+" : "\u2212") + (Math.abs(change) / 1000).toFixed(3);
}

function count(value) {
  if (Number.isInteger(value)) return withSeparators(String(value));
  return value >= 100 ? withSeparators(value.toFixed(1)) : value.toPrecision(3);
}

function percent(share) {
  const value = share * 100;
  if (value === 0 || value === 100) return value + "%";
  if (value < 1) return value.toPrecision(2) + "%";
  const text = value.toFixed(1);
  return text === "100.0" ? ">99.9%" : text + "%";
}

function frequencyBase(share, start, least = 2) {
  let among = start;
  while (share * among < least && among < LARGEST_BASE) among *= 10;
  return among;
}

function naturalFrequency(share, start = 10) {
  const smaller = Math.min(share, 1 - share);
  let among = frequencyBase(smaller, start);
  if (smaller * among < 2) {
    const bound = smaller * among < 1 ? 1 : 2;
    return (share < 0.5 ? "fewer than " + bound : "more than " + count(among - bound)) + " in " + count(among);
  }
  let cases = Math.floor(share * among + 0.5);
  while (among > start && cases % 10 === 0) {
    cases /= 10;
    among /= 10;
  }
  return "about " + count(cases) + " in " + count(among);
}

// Return whole numbers in the proportions of `counts` that add up to `among`, by the largest remainder.
function apportion(counts, among) {
  const total = counts.reduce((sum, value) => sum + value, 0);
  const shares = counts.map((value) => (among * value) / total);
  const cases = shares.map(Math.floor);
  const missing = among - cases.reduce((sum, value) => sum + value, 0);
  const byRemainder = counts.map((_, index) => index);
  byRemainder.sort((a, b) => cases[a] - shares[a] - (cases[b] - shares[b]) || a - b);
  byRemainder.slice(0, missing).forEach((index) => { cases[index] += 1; });
  return cases;
}

// Return the sentence in pieces: [text, role].
function phrases(counts, threshold) {
  const flagged = counts.tp + counts.fp;
  if (flagged === 0) {
    return [
      ["If we act on no case at all, ", ""],
      ["precision is undefined", "precision"],
      [", and we catch ", ""],
      ["none", "recall"],
      [" of the real cases.", ""],
    ];
  }
  const flagsAll = flagged === counts.tp + counts.fn + (counts.fp + counts.tn);
  const start = flagsAll
    ? [["If we act on every case (scores of ", ""], [threshold, "threshold"], [" or more), ", ""]]
    : [["If we act on scores of ", ""], [threshold, "threshold"], [" or more, ", ""]];
  const precision = counts.tp / flagged;
  const recall = METRICS.recall(counts);
  const base = commonBase([precision, recall]);
  return [...start, ...precisionPhrases(precision, base), [", and we catch ", ""], ...recallPhrases(recall, base)];
}

function commonBase(shares) {
  const texts = shares.filter((share) => share > 0 && share < 1).map((share) => naturalFrequency(share));
  return texts.some((share) => share.endsWith(" in 100")) ? 100 : 10;
}

function precisionPhrases(precision, base) {
  if (precision === 0) return [["none", "precision"], [" of the flagged cases is real", ""]];
  const share = precision === 1 ? "all" : naturalFrequency(precision, base);
  return [[share, "precision"], [" flagged cases are real", ""]];
}

function recallPhrases(recall, base) {
  if (recall === 0) return [["none", "recall"], [" of the real cases.", ""]];
  if (recall === 1) return [["all", "recall"], [" real cases.", ""]];
  return [[naturalFrequency(recall, base), "recall"], [" of all real cases.", ""]];
}
