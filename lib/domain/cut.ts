/**
 * Truncates a text to `maxLength` UTF-16 units. A character cut in half becomes U+FFFD: half of one could be neither
 * hashed nor stored.
 */
export const cut = (text: string, maxLength: number): string => text.slice(0, maxLength).toWellFormed();
