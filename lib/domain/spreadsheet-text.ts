/** Texts of strangers in files that are opened in a spreadsheet. */

/** What begins a formula: the sign, and its full-width form, which some spreadsheets read as that. */
const SIGN = String.raw`[=+\-@＝＋－＠]`;
/** At the beginning of a cell, and after what separates cells elsewhere: a semicolon or a tab, also between quotation marks. */
const FORMULA = new RegExp(String.raw`^(?=${SIGN}|[\t\r])|(?<=[;\t\r\n]\s*)(?=${SIGN})`, 'g');

/** A text in which a spreadsheet finds no formula: it gets an apostrophe before what would be one. */
export const withoutFormulas = (text: string): string => text.replace(FORMULA, "'");
