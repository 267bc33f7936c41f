// Numbers as the reader's language writes them.

// unit: "percent", or "points" of an index, kept as hundredths; points: the word in its forms, "{score} point(s)".
export function numbers(locale, unit, points) {
  const rate = new Intl.NumberFormat(locale, {
    style: "percent",
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  });
  const fixed = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  const score = new Intl.NumberFormat(locale, fixed);
  const forms = new Intl.PluralRules(locale, fixed);
  const count = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const named = (value) => {
    const rounded = Number((100 * value).toFixed(1));
    return fill(points[forms.select(rounded)] ?? points.other, { score: score.format(rounded) });
  };
  const inPoints = unit === "points";
  return {
    value: inPoints ? named : (value) => rate.format(value),
    bare: inPoints ? (value) => score.format(100 * value) : (value) => rate.format(value),
    count: (value) => count.format(value),
  };
}

// Fills {name} in a whole sentence.
export function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

export function fold(text) {
  return text
    .normalize("NFD")
    .replace(/\p{Mn}/gu, "")
    .toLowerCase();
}
