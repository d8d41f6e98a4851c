// The twin of f1tools/words.py: the same numbers, said in the same words. Tests compare the two.
// Threshold texts come from Python and are never formatted here.

const UNDEFINED = "n/a";
const MOST_CASES = 1000000;

function grouped(text) {
  const [whole, decimals] = text.split(".");
  const withCommas = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return decimals === undefined ? withCommas : withCommas + "." + decimals;
}

// A threshold for people: with a minus sign, not a hyphen, and separators where the eye would lose count.
function printed(text) {
  return (/^-?\d{7}/.test(text) ? grouped(text) : text).replaceAll("-", "\u2212");
}

function fixed(value, decimals) {
  const text = value.toFixed(decimals);
  return Number(text) === 0 ? text.replace("-", "") : text;
}

function figure(value) {
  return Number.isNaN(value) ? UNDEFINED : printed(fixed(value, 3));
}

function difference(value, reference) {
  if (Number.isNaN(value) || Number.isNaN(reference)) return UNDEFINED;
  const gap = Math.round((Number(fixed(value, 3)) - Number(fixed(reference, 3))) * 1000);
  if (gap === 0) return "\u00b10";
  return (gap > 0 ? "+" : "\u2212") + (Math.abs(gap) / 1000).toFixed(3);
}

function count(value) {
  if (Number.isInteger(value)) return grouped(String(value));
  return value >= 100 ? grouped(value.toFixed(1)) : value.toPrecision(3);
}

function percent(share) {
  const value = share * 100;
  if (value === 0 || value === 100) return value + "%";
  if (value < 1) return value.toPrecision(2) + "%";
  const text = value.toFixed(1);
  return text === "100.0" ? ">99.9%" : text + "%";
}

function casesToPicture(share, start, least = 2) {
  let among = start;
  while (share * among < least && among < MOST_CASES) among *= 10;
  return among;
}

function shareInWords(share, start = 10) {
  const smaller = Math.min(share, 1 - share);
  let among = casesToPicture(smaller, start);
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

// Whole numbers in the proportions of `counts` that add up to `among`: the largest remainder.
function typicalCases(counts, among) {
  const total = counts.reduce((sum, one) => sum + one, 0);
  const shares = counts.map((one) => (among * one) / total);
  const cases = shares.map(Math.floor);
  const missing = among - cases.reduce((sum, one) => sum + one, 0);
  const byRemainder = counts.map((_, place) => place);
  byRemainder.sort((a, b) => cases[a] - shares[a] - (cases[b] - shares[b]) || a - b);
  byRemainder.slice(0, missing).forEach((place) => { cases[place] += 1; });
  return cases;
}

// The sentence in pieces: [text, what it speaks of].
function phrases(counts, threshold) {
  const flagged = counts.tp + counts.fp;
  if (flagged === 0) {
    return [
      ["If we act on no case at all, nothing is flagged: ", ""],
      ["precision is undefined", "precision"],
      [", and we catch ", ""],
      ["none", "recall"],
      [" of the real cases.", ""],
    ];
  }
  const all = flagged === counts.tp + counts.fn + (counts.fp + counts.tn);
  const act = all
    ? [["If we act on every case (scores of ", ""], [threshold, "threshold"], [" or more), ", ""]]
    : [["If we act on scores of ", ""], [threshold, "threshold"], [" or more, ", ""]];
  const precision = counts.tp / flagged;
  const recall = METRIC.recall(counts);
  const start = commonStart([precision, recall]);
  return [...act, ...flaggedAreReal(precision, start), [", and we catch ", ""], ...realAreCaught(recall, start)];
}

function commonStart(shares) {
  const said = shares.filter((share) => share > 0 && share < 1).map((share) => shareInWords(share));
  return said.some((share) => share.endsWith(" in 100")) ? 100 : 10;
}

function flaggedAreReal(precision, start) {
  if (precision === 0) return [["none", "precision"], [" of the flagged cases is real", ""]];
  const share = precision === 1 ? "all" : shareInWords(precision, start);
  return [[share, "precision"], [" flagged cases are real", ""]];
}

function realAreCaught(recall, start) {
  if (recall === 0) return [["none", "recall"], [" of the real cases.", ""]];
  if (recall === 1) return [["all", "recall"], [" real cases.", ""]];
  return [[shareInWords(recall, start), "recall"], [" of all real cases.", ""]];
}
