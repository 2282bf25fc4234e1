/** What was decided before about this content or version is on top wherever people look before they decide (AP-16). */
import { beforeAll, expect, it } from 'vitest';
import { readFormerDecisionsOf } from '../../lib/domain/change/read-former-decisions.ts';
import { approvalMail } from '../../lib/web/mail/approval-mail.ts';
import { aServer, assay, endpointsFile, aDirectory as folder } from '../cli/assay.ts';
import { anApi, callApi } from '../support/api.ts';
import { type ApprovalCase, anApprovalCase, at, digestOf } from '../support/approval-case.ts';
import { linkFor, openPage, visit } from '../support/approval-visitor.ts';
import { anIntake } from '../support/intake.ts';

const decided = {
  ...{ version: 1, releaseId: 'earlier', modelName: 'mortgage-approval', modelVersion: '1.2.0', role: 'risk_owner' },
  ...{ outcome: 'denied', decidedBy: 'grace', reason: 'the groups differ', decidedAt: at('2026-11-20T09:00:00.000Z') },
};
const ofContent = { entity: 'decided_content', artifactSha256: digestOf('artifact'), ...decided };
const byTheGate = { outcome: 'rejected', decidedBy: 'assay', role: 'system', reason: 'too little data' };

/** What was decided, and who, in which role and why, as people read it. */
const BEFORE = {
  'a denial of the same content': [ofContent, /grace/i, /risk.owner/, 'the groups differ'],
  'a denial of the same version': [
    { entity: 'decided_version', ...decided },
    /grace/i,
    /risk.owner/,
    'the groups differ',
  ],
  'a rejection of the same content': [{ ...ofContent, ...byTheGate }, /gate|assay/, /gate|system/, 'too little data'],
} as const;

/** What a person sees first, and where that begins which they are asked or look for. */
const SURFACES: Record<string, (scene: ApprovalCase) => Promise<readonly [shown: string, rest: string]>> = {
  mail: async ({ store, release, request, directory }) => {
    const [person, invitation] = [directory.people[0], request.invitations[0]];
    if (person === undefined || invitation === undefined) throw new Error('nobody is invited');
    const former = await readFormerDecisionsOf(store, release);
    const about = { person, invitation, request, release, former, checks: [], names: new Map<string, string>() };
    const mail = approvalMail({
      ...about,
      requester: undefined,
      unsigned: undefined,
      groups: { worst: undefined },
      link: 'https://x/a/b',
    });
    return [mail.text, 'asks you, as'];
  },
  page: async (scene) => [(await visit(openPage(scene), await linkFor(scene, 'ada'))).html, 'asks you to decide as'],
  status: async ({ store, release }) => {
    const auditor = { username: 'olga', groups: ['auditor'] };
    const { body } = await callApi(anApi({ ...anIntake(), store }), `/releases/${release.releaseId}`, auditor);
    const server = await aServer(({ path }) => ({
      body: path === '/' ? { AuthenticationResult: { AccessToken: 'token' } } : body,
    }));
    return [(await assay(folder(endpointsFile(server.url)), ['status', release.releaseId])).out, 'model'];
  },
};

const scenes = new Map<string, ApprovalCase>();
beforeAll(async () => {
  for (const [what, [row]] of Object.entries(BEFORE)) {
    scenes.set(what, await anApprovalCase({ decidedBefore: [row as never] }));
  }
});

const CASES = Object.keys(SURFACES).flatMap((surface) => Object.keys(BEFORE).map((what) => [surface, what] as const));

it.each(CASES)('%s begins with %s: who, in which role, when and why', async (surface, what) => {
  const scene = scenes.get(what) ?? expect.unreachable();
  const [, who, role, why] = BEFORE[what as keyof typeof BEFORE];

  const [shown, rest] = (await SURFACES[surface]?.(scene)) ?? expect.unreachable();

  const top = shown.slice(shown.indexOf('<h1>') + 1, shown.indexOf(rest));
  expect(shown.indexOf(rest)).toBeGreaterThan(0);
  for (const said of [who, role, /20 Nov 2026, 09:00:00 UTC|2026-11-20T09:00:00.000Z/]) expect(top).toMatch(said);
  expect(top).toContain(why);
});
