/** Whether a ref, or each ref of a narrower pattern, fits a pattern. The time is bounded: it matches part by part. */
export const fitsRef = (ref: string, pattern: string): boolean => fitParts(ref.split('/'), pattern.split('/'));

const fitParts = ([part, ...parts]: readonly string[], [pattern, ...patterns]: readonly string[]): boolean =>
  part === undefined || pattern === undefined ? part === pattern : fitsPart(part, pattern) && fitParts(parts, patterns);

/** The literals between the stars must occur in their order, the first at the start and the last at the end. */
const fitsPart = (part: string, pattern: string): boolean => {
  const [first = '', ...literals] = pattern.split('*');
  const last = literals.pop();
  if (last === undefined) return part === first;
  if (!part.startsWith(first) || !part.endsWith(last) || part.length < first.length + last.length) return false;
  let from = first.length;
  for (const literal of literals) {
    const at = part.slice(0, part.length - last.length).indexOf(literal, from);
    if (at === -1) return false;
    from = at + literal.length;
  }
  return true;
};
