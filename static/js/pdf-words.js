// Lights up words in the text over a drawn page. One word may be spread over several pieces of text.

/** What to look for: each word of a query, without the signs that search gives a meaning. */
export function wordsOf(query) {
  return query
    .toLowerCase()
    .split(/[\s"“”()|]+/)
    .filter((word) => word && !word.startsWith("-"));
}

export function clearMarks(pieces, texts) {
  pieces.forEach((piece, number) => {
    if (piece.querySelector("mark")) piece.textContent = texts[number];
  });
}

/** Mark words and return the first mark, if any. */
export function markWords(pieces, texts, words) {
  const starts = [];
  let whole = "";
  texts.forEach((text) => {
    starts.push(whole.length);
    whole += text;
  });
  const lower = whole.toLowerCase();
  if (lower.length !== whole.length) return null; // Rare letters that change their length; then places are not known.
  const ranges = [];
  words.forEach((word) => {
    for (let at = lower.indexOf(word); at >= 0; at = lower.indexOf(word, at + word.length)) ranges.push([at, at + word.length]);
  });
  ranges.sort((one, other) => one[0] - other[0]);
  let first = null;
  pieces.forEach((piece, number) => {
    const from = starts[number];
    const text = texts[number];
    const parts = [];
    let done = 0;
    ranges.forEach(([start, end]) => {
      const begin = Math.max(start - from, done);
      const stop = Math.min(end - from, text.length);
      if (begin >= stop) return;
      const mark = document.createElement("mark");
      mark.textContent = text.slice(begin, stop);
      parts.push(text.slice(done, begin), mark);
      first = first || mark;
      done = stop;
    });
    if (done) piece.replaceChildren(...parts, text.slice(done));
  });
  return first;
}
