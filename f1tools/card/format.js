// The twin of f1tools/formatting: the same numbers and the same sentence. Tests compare the two.
// Thresholds come from Python as text and are never rounded here.

const UNDEFINED = "n/a";
const LARGEST_BASE = 1000000;
const SAME = "\u00b10";

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
  if (change === 0) return SAME;
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

function naturalFrequency(share, base = 10) {
  if (share * base < 1) return "fewer than 1 in " + count(base); // "about 1" would be up to twice as many
  const cases = Math.floor(share * base + 0.5);
  return (cases < base ? "about " + count(cases) : "more than " + count(base - 1)) + " in " + count(base);
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
function phrases(counts, threshold, words, base) {
  const { tp } = counts;
  const flagged = tp + counts.fp;
  const recall = recallPhrases(tp, tp + counts.fn, words, base);
  if (flagged === 0) return [["If we flag no case at all, ", ""], ["precision is undefined", "precision"], ...recall];
  const flagsAll = flagged === counts.tp + counts.fn + (counts.fp + counts.tn);
  const [start, end] = flagsAll
    ? ["If we flag every case (scores of ", " or more), "]
    : ["If we flag scores of ", " or more, "];
  return [[start, ""], [threshold, "threshold"], [end, ""], ...precisionPhrases(tp, flagged, words, base), ...recall];
}

function precisionPhrases(tp, flagged, words, base) {
  const exact = flagged < base && Number.isInteger(tp) && Number.isInteger(flagged);
  const verb = tp === 0 || (exact && tp === 1) ? "is" : "are";
  const negation = tp === 0 && flagged === 1 ? "not " : "";
  const noun = flagged === 1 ? "case" : "cases";
  return [[shareOf(tp, flagged, base), "precision"], [` flagged ${noun} ${verb} ${negation}${words.name}`, ""]];
}

function recallPhrases(tp, n, words, base) {
  const share = shareOf(tp, n, base);
  const ofAll = share.includes(" in ") ? " of all" : "";
  return [
    [tp === 0 && n === 1 ? ", and we miss " : ", and we catch ", ""],
    [share, "recall"],
    [`${ofAll} ${n === 1 ? words.case : words.cases}.`, ""],
  ];
}

// Return a part of some cases: in exact counts where it is all, none or of few cases.
function shareOf(part, whole, base) {
  const counted = Number.isInteger(part) && Number.isInteger(whole);
  if (part === whole && counted) return { 1: "the only", 2: "both of the 2" }[whole] ?? `all ${count(whole)}`;
  if (part === whole) return "all";
  if (part === 0 && whole === 1) return "the only";
  if (part === 0) return counted ? `none of the ${count(whole)}` : "none of the";
  if (counted && whole < base) return `${count(part)} of the ${count(whole)}`;
  return naturalFrequency(part / whole, base);
}
