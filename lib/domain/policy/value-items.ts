/** What an item of a list of a policy is, for a comparison. */

/** A key and a certificate are their material, whatever they are called; other things are all that is said of them. */
export const itemOf = (item: unknown): string => {
  if (typeof item === 'string') return item;
  const pem = isRecord(item) ? (item['public_key_pem'] ?? item['certificate_pem']) : undefined;
  return typeof pem === 'string' ? pem.replaceAll(/\s/g, '') : JSON.stringify(item);
};

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
