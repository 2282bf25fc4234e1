/** Names that formats of others give: measures of Clarify, and an envelope of DSSE. */
const OF_OTHERS = ['DPPL', 'DI', 'RD', 'SD', 'payloadType'];

/** The names in a document that `--json` printed which are not in snake case. A command may print none. */
export const strangeNamesIn = (text: string): string[] =>
  text === ''
    ? []
    : namesIn(JSON.parse(text)).filter((name) => !OF_OTHERS.includes(name) && !/^[a-z][a-z0-9_]*$/.test(name));

const namesIn = (value: unknown): string[] =>
  typeof value !== 'object' || value === null
    ? []
    : [...(Array.isArray(value) ? [] : Object.keys(value)), ...Object.values(value).flatMap(namesIn)];
