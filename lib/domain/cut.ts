/** At most so many UTF-16 units of a text, made whole: half a character at its end could be neither hashed nor stored. */
export const cut = (text: string, maxLength: number): string => text.slice(0, maxLength).toWellFormed();
