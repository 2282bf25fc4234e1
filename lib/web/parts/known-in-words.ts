/** How verdicts are known, in words for those who decide by them. */
import { KnownBy } from '../../domain/checks/vocabulary.ts';
import type { CheckRecord } from '../../domain/records/check-record.ts';
import { KNOWN_WORDS } from './wording.ts';

type Known = Pick<CheckRecord, 'name' | 'status' | 'knownBy'>;

/** `8 counted (Assay counted rows); 15 attested (…)`: nothing about checks of former versions, which did not say. */
export const knownInWords = (checks: readonly Pick<Known, 'knownBy'>[]): string =>
  KnownBy.options
    .map((word) => ({ word, number: checks.filter(({ knownBy }) => knownBy === word).length }))
    .filter(({ number }) => number > 0)
    .map(({ word, number }) => `${number} ${word} (${KNOWN_WORDS[word]})`)
    .join('; ');

/**
 * What the checks that passed rest on, in one line for a mail, and which of them rest on the submitter's word alone. Empty
 * if no check says.
 */
export const passesInWords = (checks: readonly Known[]): string => {
  const passed = checks.filter(({ status }) => status === 'passed');
  const said = knownInWords(passed);
  if (said === '') return '';
  const attested = passed.flatMap(({ name, knownBy }) => (knownBy === 'attested' ? [name] : []));
  const named = attested.length === 0 ? 'None is attested only' : `Attested only: ${attested.join(', ')}`;
  return `${passed.length} of ${checks.length} checks passed: ${said}. ${named}.`;
};
