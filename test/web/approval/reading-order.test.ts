import { describe, expect, it } from 'vitest';
import { CHECKS } from '../../../lib/domain/checks/known-checks.ts';
import type { Difference } from '../../../lib/domain/questions/differences.ts';
import { ratesOf, ratesOfPairs } from '../../../lib/domain/questions/group-rates.ts';
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
  isJudged: (attribute: string) => !attribute.includes('×'),
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
      String(
        atAGlance({
          ...{ release, request, checks, line, timeZone: 'Europe/Vienna' },
          ...{ groups: ratesOf(groups, 30), pairs: ratesOfPairs(groups, 30) },
        }),
      ),
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
      text(
        String(
          atAGlance({ release, request, checks: of, groups: [], pairs: [], line: lineAt(0.8), timeZone: undefined }),
        ),
      );

    expect(shown(attested)).toContain("passed, 3 of them only on the submitter's word");
    expect(shown(checks)).not.toContain('word');
  });

  it('is a group of two attributes together, where each of them alone looks even', async () => {
    const rows = (attribute: string, value: string, favorable: number, count = 1000) => ({
      ...{ attribute, value, count, favorable },
    });
    const alone = [rows('race', 'black', 480), rows('race', 'white', 500)];
    const pairs = [rows('race × sex', 'black × female', 50, 500), rows('race × sex', 'white × female', 450, 500)];

    expect(await glance([...alone, ...pairs])).toContain(
      'Of two attributes together: race × sex black × female: 0.1111 of the rate of white × female [0.09, 0.14] (no check judges them together)',
    );
    expect(await glance([...alone, ...pairs], { ...lineAt(0.8), isJudged: () => true })).not.toContain('no check');
    expect(await glance([...alone, rows('race × sex', 'black × female', 490)])).not.toContain('together');
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

  it('are not pushed out by what somebody fills freely', () => {
    const differs = (section: Difference['section'], subject: string, value = '1') => ({
      ...{ section, subject, live: '0', candidate: value },
    });
    const html = String(
      differenceTable([
        ...Array.from({ length: 60 }, (_, index) =>
          differs('fields', `evaluation.training.hyperparameters.p${index}`, 'x'.repeat(1990)),
        ),
        differs('serving', 'serving.environment.THRESHOLD', '0.5'),
        ...Array.from({ length: 3000 }, (_, index) => differs('metrics', `m${index}`, 'y'.repeat(20))),
        differs('metrics', 'operating_threshold', '0.55'),
        differs('metrics', 'by_group.race.Black.recall', '0.41'),
      ]),
    );

    for (const subject of ['THRESHOLD', 'operating_threshold', 'by_group.race.Black.recall', 'm2999']) {
      expect(html).toContain(subject);
    }
    expect(text(html)).toMatch(/\d+ more fields differ, of evaluation\.training: compare the documents themselves/);
  });
});
