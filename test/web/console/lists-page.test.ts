/** The lists: each says what is in it, and what its emptiness means. */
import { describe, expect, it } from 'vitest';
import { approvalsPage, outboxPage, refusalsPage } from '../../../lib/web/console/lists-page.ts';
import { ago, aViewer, aWaitingRow } from '../../support/a-viewer.ts';
import { digestOf } from '../../support/approval-case.ts';
import { read } from '../../support/page-text.ts';

const viewer = aViewer();

describe('the page of the approvals', () => {
  it.each([
    [[], 'Nothing waits for you. Nothing waits for anybody else.'],
    [[aWaitingRow()], 'Nothing waits for you.'],
    [[aWaitingRow({ isMine: true })], 'One release waits for you.'],
    [[aWaitingRow({ isMine: true }), aWaitingRow({ isMine: true })], '2 releases wait for you.'],
  ])('says first how many wait for the one who looks (%#)', async (waiting, said) => {
    const text = await read(approvalsPage(waiting, {}, viewer));

    expect(text).toContain(said);
    expect(text.includes('✓ No release waits.')).toBe(waiting.length === 0);
    expect(text.includes('Decide by the link in your mail')).toBe(waiting.some(({ isMine }) => isMine));
  });

  it('leads to those that wait shorter, where there are more than a page', async () => {
    const text = String(await approvalsPage([aWaitingRow()], { people: 'cursor' }, viewer));

    expect(text).toContain('<a href="?after=cursor">The next releases</a>');
  });
});

describe('the page of the refusals', () => {
  const refusal = {
    entity: 'refusal' as const,
    version: 1,
    refusalId: digestOf('refusal'),
    code: 'ManifestInvalid',
    message: 'the manifest is invalid',
    faults: [{ field: 'model_name', problem: 'is missing' }],
    claimedReleaseId: 'churn-9',
    claimedModelName: 'churn',
    door: 'http_api',
    receivedAt: ago(60_000),
  };

  it('says what was refused, why, and what to mend', async () => {
    const text = await read(refusalsPage([refusal], {}, viewer));

    expect(text).toMatch(/1 min ago, by http api churn churn-9 ManifestInvalid: the manifest is invalid model_name/);
    expect(text).toContain('is missing Correct the fields that are named, and submit the manifest again.');
  });

  it('says so where the claim named nothing, and runs no markup of a stranger', async () => {
    const nameless = { ...refusal, claimedModelName: '', claimedReleaseId: '', faults: [], code: 'OfTomorrow' };
    const hostile = { ...refusal, claimedModelName: '<img src=x>', message: '<script>' };

    const text = String(await refusalsPage([nameless, hostile], {}, viewer));

    expect(text).toContain('no model');
    expect(text).toContain('no release id');
    expect(text).not.toMatch(/<img|<script/);
    expect(await read(refusalsPage([], {}, viewer))).toContain('Nothing was refused.');
  });

  it('leads to earlier ones, of the model that it was asked for, though none is among those that were looked at', async () => {
    const text = String(await refusalsPage([], { model: 'churn', next: 'cursor' }, viewer));

    expect(text).toContain('<a href="?model=churn&amp;after=cursor">Earlier refusals</a>');
    expect(text).toContain('None is among those that were looked at.');
    expect(text).toContain('value="churn"');
    expect(text).toContain('Of all models');
    expect(String(await refusalsPage([refusal], { next: 'cursor' }, viewer))).toContain('<a href="?after=cursor">');
  });
});

describe('the page of the outbox', () => {
  const parked = {
    rowId: 'row-1',
    partition: 'OUTBOX#1',
    sort: 'row-1',
    kind: 'send_mail',
    chain: 'churn',
    about: 'churn-2-2-0 to ada',
    attempts: 10,
    lastError: 'the mail server refused',
    parkedAt: ago(60_000),
  };

  it('names each side effect with its last fault and the command that tries it again', async () => {
    const { parkedAt: _, ...ofBefore } = parked;

    const text = await read(outboxPage([parked, ofBefore], {}, viewer));

    expect(text).toContain('Outbox: 2 parked');
    expect(text).not.toContain('The next ones');
    expect(text).toMatch(/✕ parked send mail churn-2-2-0 to ada of churn, after 10 attempts the mail server refused/);
    expect(text).toContain('assay outbox redrive row-1 --reason "…" for 1 min');
    expect(text.match(/for 1 min/g)).toHaveLength(1);
  });

  it('leads to the next ones, and does not say that these are all', async () => {
    const text = String(await outboxPage([parked], { next: 'cursor' }, viewer));

    expect(text).toContain('Outbox: more than 1 parked');
    expect(text).toContain('<a href="?after=cursor">The next ones</a>');
  });
});
