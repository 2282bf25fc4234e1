/** Says what could not be compared because one of two releases did not keep it: silence would read as if nothing had changed. */
import type { Unkept } from '../../domain/questions/unmatched.ts';
import { quotedName } from './wording.ts';

export const unkeptInWords = (unkept: readonly Unkept[]): string =>
  unkept.length === 0
    ? ''
    : `One of the two did not keep this, so it is not compared: ${unkept.map(words).join('; ')}.`;

const words = (one: Unkept): string =>
  one.kind === 'rates'
    ? `the true and false positive rates of ${one.groups} ${one.groups === 1 ? 'group' : 'groups'} of ${quotedName(one.attribute)}`
    : { counts: 'the counts of groups', accuracy: 'the accuracy' }[one.kind];
