import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Change } from '../../../lib/domain/change/change.ts';
import { recordChange } from '../../../lib/domain/change/recorded.ts';
import { ModelName, PersonId } from '../../../lib/domain/identifiers.ts';
import { rowsKey } from '../../../lib/domain/ledger/bundle.ts';
import type { ApprovalRequest } from '../../../lib/domain/records/approval.ts';
import { sha256 } from '../../../lib/domain/signing/canonical-json.ts';
import { aServing, at, digestOf } from '../../support/approval-case.ts';
import { everyKind, kindNames } from '../../support/every-kind.ts';
import { inProduction, releaseId } from '../../support/release-life.ts';
import { aDraft } from '../ledger/a-ledger.ts';

const root = new URL('../../../', import.meta.url);
const vector = readFileSync(new URL('test/vectors/recorded-rows.ndjson', root), 'utf8');
const page = readFileSync(new URL('docs/formats/recorded-rows.md', root), 'utf8');

const request: ApprovalRequest = {
  entity: 'request',
  version: 1,
  requestId: 'apr-credit-1',
  releaseId: releaseId('credit-1'),
  modelName: ModelName.parse('credit'),
  modelVersion: '1.0.0',
  artifactSha256: digestOf('artifact'),
  evidenceDigest: digestOf('evidence'),
  riskTier: 'low',
  requestedBy: PersonId.parse('rita'),
  requiredRoles: ['ml_lead'],
  invitations: [{ personId: PersonId.parse('mia'), role: 'ml_lead', nonce: 'n'.repeat(22) }],
  status: 'pending',
  createdAt: at('2026-11-29T10:00:00.000Z'),
  expiresAt: at('2026-12-06T10:00:00.000Z'),
  taskToken: 'token',
};

const change = (said: Partial<Change>): Change => ({
  model: 'credit',
  event: aDraft({ event_type: 'approval_requested' }),
  writes: [],
  intents: [],
  ...said,
});

const textOf = (said: Partial<Change>): string => Buffer.from(recordChange(change(said)).line).toString('utf8');

describe('what a change leaves besides its event', () => {
  const asked = change({
    writes: [
      { kind: 'replace', entity: request },
      { kind: 'expect', entity: inProduction },
      { kind: 'create', entity: { entity: 'heartbeat', version: 0, at: request.createdAt } },
    ],
    intents: [
      { intent: { kind: 'send_approval_mail', requestId: 'apr-credit-1', personId: 'mia' } },
      { intent: { kind: 'expire_request', requestId: 'apr-credit-1' }, dueAt: request.expiresAt },
    ],
  });

  it('is the line of the vector, which the page shows with its digest and its key', () => {
    const { line } = recordChange(asked);

    expect(`${Buffer.from(line)}\n`).toBe(vector);
    expect(page).toContain(`\`\`\`json\n${vector}\`\`\``);
    expect(page).toContain(`    ${sha256(line)}\n`);
    expect(page).toContain(rowsKey('bundles/v1/dt=2026-11-29/000000000000.ndjson'));
  });

  it('is bound by its event', () => {
    const { event, line } = recordChange(asked);

    expect(event).toEqual({ ...asked.event, details: { ...asked.event.details, rows_sha256: sha256(line) } });
  });

  it('has the rows as they are afterwards, under their keys', () => {
    const { pointer } = everyKind(inProduction);
    const created = JSON.parse(textOf({ writes: [{ kind: 'create', entity: pointer.record }] }));
    const replaced = JSON.parse(textOf({ writes: [{ kind: 'replace', entity: { ...pointer.record, version: 7 } }] }));

    const key = { pk: `POINTER#${inProduction.modelName}`, sk: 'PRODUCTION' };
    expect(created.rows).toEqual([{ ...JSON.parse(JSON.stringify(pointer.record)), ...key, version: 1 }]);
    expect(replaced.rows[0].version).toBe(8);
  });

  it.each(kindNames)('can be read as a %s again, but for its secrets', (kind) => {
    const { record } = everyKind(inProduction)[kind];
    const [row] = JSON.parse(textOf({ writes: [{ kind: 'create', entity: record }] })).rows;

    expect(row).toMatchObject({ entity: kind, version: 1 });
    expect(Object.keys(row).length).toBeGreaterThanOrEqual(Object.keys(JSON.parse(JSON.stringify(record))).length + 1);
  });

  it('has neither the token of a machine nor what is in a link', () => {
    const text = textOf({ writes: [{ kind: 'create', entity: request }] });

    expect(text).not.toContain('token');
    expect(text).not.toContain('nnnn');
  });

  it('has not which execution leads a release to its approval, which is of one table', () => {
    const { record } = everyKind(inProduction).release;

    expect(textOf({ writes: [{ kind: 'replace', entity: { ...record, execution: 'rebuilt-1' } }] })).toBe(
      textOf({ writes: [{ kind: 'replace', entity: record }] }),
    );
  });

  it('has of the environment of a container the names', () => {
    const { record } = everyKind(inProduction).release;
    const environment = { SECOND: 'hush', FIRST: 'hush' };
    const manifest = { ...record.manifest, deployment: { ...record.manifest.deployment, environment } };
    const serving = { ...aServing(), environment };

    const [row] = JSON.parse(textOf({ writes: [{ kind: 'create', entity: { ...record, manifest, serving } }] })).rows;
    const { serving: _, ...unspecified } = record;
    const [former] = JSON.parse(textOf({ writes: [{ kind: 'create', entity: unspecified }] })).rows;

    expect(JSON.stringify(row)).not.toContain('hush');
    expect(row.serving.environment).toEqual(['FIRST', 'SECOND']);
    expect(row.manifest.deployment.environment).toEqual(['FIRST', 'SECOND']);
    expect(former).not.toHaveProperty('serving');
  });

  it('says that nothing was written where that is so', () => {
    expect(textOf({})).toBe('{"due":[],"rows":[]}');
  });
});
