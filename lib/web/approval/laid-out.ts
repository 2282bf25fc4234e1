const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s"{}[\],:]+/g;
const OPENING: ReadonlySet<string> = new Set('{[');
const CLOSING: ReadonlySet<string> = new Set('}]');
/** Deeper than any document that people write: a hostile one would be mostly white space. */
const DEPTH_MAX = 12;

/**
 * JSON that was written in one line, a value to a line. White space between its tokens is all that changes: numbers and
 * escapes stay as they were signed. Undefined if the text is no such JSON.
 */
export const laidOut = (text: string): string | undefined => {
  if (text.trim().includes('\n') || !isJson(text)) return undefined;
  const tokens = text.match(TOKEN) ?? [];
  let depth = 0;
  const line = () => `\n${'  '.repeat(Math.min(depth, DEPTH_MAX))}`;
  const laid = tokens.map((token, index) => {
    if (token === ',') return `,${line()}`;
    if (token === ':') return ': ';
    if (OPENING.has(token)) {
      depth += 1;
      return CLOSING.has(tokens[index + 1] ?? '') ? token : `${token}${line()}`;
    }
    if (!CLOSING.has(token)) return token;
    depth -= 1;
    return OPENING.has(tokens[index - 1] ?? '') ? token : `${line()}${token}`;
  });
  return laid.join('');
};

const isJson = (text: string): boolean => {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
};
