/** How `assay as-of` and `assay rebuild` are called in a home with a ledger that has rows, one that has none, and none. */
import { aLedger, aStory } from '../domain/ledger/a-ledger.ts';

const recorded = await aLedger(aStory(() => Buffer.from('{"due":[],"rows":[]}')));
/** The files of a ledger whose events wrote nothing. */
export const RECORDED = Object.fromEntries(recorded.map(({ key, bytes }) => [key, bytes]));

const machine = 'arn:aws:states:eu-west-1:111122223333:stateMachine:release';
const into = (ledger: string): string[] => [
  ...[ledger, '--into', 'empty', '--key', `${ledger}/log.pub`, '--release-machine', machine],
];
const at = (ledger: string): string[] => ['2026-11-21', '--ledger', ledger];

export const REBUILDING = {
  'as-of': { yes: at('recorded'), no: 'it only shows', noSuchThing: at('nowhere'), needsConnection: false },
  rebuild: { yes: into('recorded'), no: into('ledger'), noSuchThing: into('nowhere'), needsConnection: true },
};
