/** A folder with everything that a command of the table of exit codes is asked about. */
import { generateKeyPairSync } from 'node:crypto';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { governanceRecord } from '../../lib/domain/attestation/record.ts';
import { envelopeBytes } from '../../lib/domain/signing/envelope.ts';
import { recordFacts } from '../domain/attestation/record-facts.ts';
import { aLedger, LOG_PUBLIC_KEY } from '../domain/ledger/a-ledger.ts';
import { DECISION_KEY, makeKey } from '../support/decision-key.ts';
import { release } from './a-deployment.ts';
import { aDirectory, endpointsFile } from './assay.ts';
import { RECORDED } from './rebuilding.ts';
import { archiveOf } from './rows-of-audit.ts';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const POLICY = readFileSync(join(ROOT, 'policies/governance-policy.yaml'), 'utf8');
const PEOPLE = readFileSync(join(ROOT, 'policies/approvers.yaml'), 'utf8');
const TABLE = readFileSync(join(ROOT, 'test/vectors/fairness/predictions.csv'));

const ledger = Object.fromEntries((await aLedger()).map(({ key, bytes }) => [key, bytes]));
const [firstEvent = ''] = Object.keys(ledger);
const past = { release: { ...release, risk_tier: 'low', declared_risk_tier: 'low', reasons: [] }, checks: [] };
const validated = {
  ...past,
  approvals: [],
  events: [{ event_type: 'evaluation_completed', approval_state: 'validated' }],
};
const cases = (tier: string) => `cases:\n  - { name: nothing is declared, given: {}, expect: { tier: ${tier} } }\n`;
const RECORD_KEY = makeKey('record-key');
const PRIVATE_KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
  type: 'pkcs8',
  format: 'pem',
});
const inFolder = (folder: string, files: Record<string, string | Uint8Array>) =>
  Object.fromEntries(Object.entries(files).map(([name, content]) => [`${folder}/${name}`, content]));

export const aHome = (apiUrl: string): string => {
  const directory = aDirectory({
    ...endpointsFile(apiUrl),
    ...inFolder('ledger', { ...ledger, 'log.pub': LOG_PUBLIC_KEY, 'archive.json': archiveOf(ledger) }),
    ...inFolder('forged', {
      ...ledger,
      [firstEvent]: '{}',
      'log.pub': LOG_PUBLIC_KEY,
      'archive.json': archiveOf(ledger),
    }),
    ...inFolder('recorded', { ...RECORDED, 'log.pub': LOG_PUBLIC_KEY }),
    [`pulled-before/${firstEvent}`]: ledger[firstEvent] ?? '',
    'policies/governance-policy.yaml': POLICY,
    'looser.yaml': POLICY.replace('approval_expiry_days: 90', 'approval_expiry_days: 365'),
    'strange/regime.yaml': 'clauses: []\n',
    'misspelt.yaml': POLICY.replace('mode: enforce', 'mode: enfroce'),
    'people.yaml': PEOPLE,
    'named-twice.yaml': `# ana.silva@example.com is away\n\n${PEOPLE}`,
    'right.yaml': cases('high'),
    'wrong.yaml': cases('low'),
    'faulty.yaml': 'release_id: r-1\n',
    'none.json': JSON.stringify({ releases: [] }),
    'past.json': JSON.stringify({ releases: [validated] }),
    'record.dsse': envelopeBytes(RECORD_KEY.seal(governanceRecord(recordFacts))),
    'unsigned.dsse': readFileSync(join(ROOT, 'test/vectors/governance-records/2.dsse')),
    'record.pub': RECORD_KEY.pem,
    'decision.pub': DECISION_KEY.pem,
    'table.csv': TABLE,
    'private.pem': PRIVATE_KEY,
  });
  for (const version of ['1.0.0', '1.1.0']) {
    cpSync(join(ROOT, 'examples/hmda-mortgage', version), join(directory, version), { recursive: true });
  }
  return directory;
};
