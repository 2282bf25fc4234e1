import { describe, expect, it } from 'vitest';
import { CHECKS } from '../../../lib/domain/checks/known-checks.ts';
import { ratesOf } from '../../../lib/domain/questions/group-rates.ts';
import { atAGlance } from '../../../lib/web/approval/at-a-glance.ts';
import { cardSection } from '../../../lib/web/approval/card-section.ts';
import { differenceTable } from '../../../lib/web/approval/difference-table.ts';
import { deadline } from '../../../lib/web/parts/layout.ts';
import { aCheck, aManifest, anApprovalCase, at, seedOutcomes } from '../../support/approval-case.ts';
import { COMPLETE, linkFor, openPage, send, visit } from '../../support/approval-visitor.ts';

const NOTE = 'The groups are weighed, because 1.1.0 favored one of them.\nNothing else changed.';
const lineAt = (minimum: number | undefined) => ({
  minimumRatioOf: () => minimum,
  minimumRows: 30,
  isJudged: () => true,
});
const text = (html: string) =>
  html
    .replaceAll(/<\/?(dt|dd|div|li|ul|tr|t[hd])\b[^>]*>/g, ' ')
    .replaceAll(/<[^>]+>/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();

describe('the order of the page (AP-17)', () => {
  it('is that of the questions of those who decide', async () => {
    const scene = await anApprovalCase({
      manifest: aManifest({ change_note: NOTE, change_id: 'CHG0030192' }),
      checks: CHECKS.map(({ name }, index) => aCheck(name, index === 0 ? { status: 'failed', mode: 'warn' } : {})),
    });
    seedOutcomes(scene, [
      { attribute: 'sex', value: 'female', count: 1000, favorable: 430 },
      { attribute: 'sex', value: 'male', count: 1000, favorable: 500 },
    ]);
    const { html } = await visit(openPage(scene), await linkFor(scene, 'ada'));
    const headings = [...html.matchAll(/<(?:h1|h2)[^>]*>(.*?)<\/h[12]>/gs)].map(([, heading = '']) => text(heading));

    expect(headings).toEqual([
      'May mortgage-approval 1.2.0 go to production?',
      'Who decides',
      'Better and worse than what is live',
      'Groups of people',
      'What changed, by the requester',
      'What the model card says',
      `Automated checks ! ${CHECKS.length - 1} of ${CHECKS.length} automated checks passed`,
      'The evidence itself',
      'What will serve',
      'For the record',
      'Your decision',
    ]);
    expect(html).toContain(NOTE);
    expect(text(html)).toContain('Change request: CHG0030192');
    expect(text(html)).toContain('female: 0.8600 of the rate of male [0.78, 0.95]; the policy asks for 0.80');
  });

  it('folds the checks that passed, and shows the others', async () => {
    const scene = await anApprovalCase({
      checks: [aCheck('model_card_schema_valid'), aCheck('model_artifact_signed', { status: 'failed', mode: 'warn' })],
    });
    const { html } = await visit(openPage(scene), await linkFor(scene, 'ada'));
    const [shown = '', folded = ''] = html.slice(html.indexOf('id="checks"')).split('<details>');

    expect(shown).toContain('Model artifact signed');
    expect(shown).not.toContain('Model card schema valid');
    expect(folded).toContain('Model card schema valid');
  });
});

describe('the seat of who looks', () => {
  it('is said to be filled on top when another person has filled it, and a denial still counts', async () => {
    const scene = await anApprovalCase();
    const page = openPage(scene);
    const before = await visit(page, await linkFor(scene, 'katherine'));
    await send(page, await linkFor(scene, 'ada'), { fields: COMPLETE });

    const { html } = await visit(page, await linkFor(scene, 'katherine'));

    expect(before.html).not.toContain('is filled');
    expect(text(html)).toContain(
      'Your seat as ML lead is filled: Ada Lovelace approved. Your approval is not needed. You may still deny.',
    );
    expect(html.indexOf('is filled')).toBeLessThan(html.indexOf('id="deciders"'));
  });
});

describe('what is seen at a glance', () => {
  const glance = async (groups: Parameters<typeof ratesOf>[0], line = lineAt(0.8)) => {
    const { release, request, checks } = await anApprovalCase();
    return text(
      String(atAGlance({ release, request, checks, groups: ratesOf(groups, 30), line, timeZone: 'Europe/Vienna' })),
    );
  };

  it('is by when, in the zone of the person and in UTC', async () => {
    expect(await glance([])).toContain('Decide by Tue, 24 Nov 2026, 10:00 Europe/Vienna (24 Nov 2026, 09:00:00 UTC)');
    expect(text(String(deadline(at('2026-11-24T09:00:00.000Z'), undefined)))).toBe('24 Nov 2026, 09:00:00 UTC');
    expect(text(String(deadline(at('2026-11-24T09:00:00.000Z'), 'Mars/Olympus')))).toContain(
      '24 Nov 2026, 09:00:00 UTC',
    );
  });

  it('says how many verdicts rest on the word of the submitter alone', async () => {
    const { release, request, checks } = await anApprovalCase();
    const attested = checks.map((check, index) => ({ ...check, ...(index < 3 ? { knownBy: 'attested' } : {}) }));
    const shown = (of: typeof checks) =>
      text(String(atAGlance({ release, request, checks: of, groups: [], line: lineAt(0.8), timeZone: undefined })));

    expect(shown(attested)).toContain("passed, 3 of them only on the submitter's word");
    expect(shown(checks)).not.toContain('word');
  });

  it('has no interval where nobody was selected, and no line where the policy has none', async () => {
    const group = (value: string, favorable: number) => ({ attribute: 'sex', value, count: 100, favorable });

    expect(await glance([group('female', 0), group('male', 50)])).toContain(
      'female: 0.0000 of the rate of male; the policy asks for 0.80 ▼ below',
    );
    expect(await glance([group('female', 50), group('male', 60)], lineAt(undefined))).not.toContain('the policy asks');
    expect(await glance([])).toContain('No two groups could be compared');
  });
});

describe('the card', () => {
  it('says what is not said, and what it says anew', () => {
    const changes = [{ section: 'card' as const, subject: 'card.owner', live: 'Ana', candidate: 'Ben' }];
    const empty = { intended_use: [], not_for_use: [], known_limitations: [], failure_modes: [], edge_cases: [] };
    const card = { ...empty, security_properties: [], metrics: {}, approvals: {}, overview: 'Scores loans.' };
    const shown = text(
      String(cardSection({ card, changes, changeNote: undefined, changeId: undefined, requester: 'Rita' })),
    );

    expect(shown).toContain('Rita wrote no change note.');
    expect(shown).toContain('Purpose Scores loans.');
    expect(shown).toContain('Not for not said');
    expect(shown).toContain('card.owner Ana Ben');
    expect(
      text(
        String(cardSection({ card: undefined, changes: [], changeId: undefined, changeNote: 'x', requester: 'Rita' })),
      ),
    ).toContain('The card could not be read.');
  });
});

describe('technical fields', () => {
  it('stand in one row each, whatever their lists have lost and gained', () => {
    const of = (live: string, candidate: string) => ({
      section: 'fields' as const,
      subject: 'features',
      live,
      candidate,
    });
    const html = String(differenceTable([of('a', ''), of('b', ''), of('', 'c')]));

    expect(html.match(/<tr>/g)).toHaveLength(2);
    expect(text(html)).toContain('features a b c');
  });
});
