import { describe, expect, it } from 'vitest';
import { CHECKS } from '../../../lib/domain/checks/known-checks.ts';
import { strategyInWords } from '../../../lib/domain/release/strategy-in-words.ts';
import { servingSection } from '../../../lib/web/approval/serving-section.ts';
import { approvalMail } from '../../../lib/web/mail/approval-mail.ts';
import { instantInWords, oneLine, roleInSentence } from '../../../lib/web/parts/wording.ts';
import { aStrategy } from '../../support/a-strategy.ts';
import {
  aCheck,
  aDirectory,
  anApprovalCase,
  aServing,
  at,
  digestOf,
  seedOutcomes,
} from '../../support/approval-case.ts';
import { COMPLETE, linkFor, openPage, send, visit } from '../../support/approval-visitor.ts';

const HOSTILE = `"><script>alert(1)</script><img src=x onerror='alert(2)'>{{7*7}}\${8*8}`;
const PEOPLE = [
  { id: 'ada', name: `Ada ${HOSTILE}`, roles: ['ml_lead'] },
  { id: 'grace', name: 'Grace', roles: ['risk_owner'] },
  { id: 'rita', name: `Rita ${HOSTILE}`, roles: ['legal'] },
  { id: 'tom', name: `Tom ${HOSTILE}`, roles: ['legal'] },
];
const hostileCase = () =>
  anApprovalCase({
    directory: aDirectory(PEOPLE),
    checks: CHECKS.map(({ name }) => aCheck(name, { explanation: HOSTILE })),
  });
const EVERYTHING = {
  additional_model_data: [{ channel_name: 'tokenizer', s3_uri: 's3://models/t.json', compression_type: 'None' }],
  network_isolation: true,
  vpc: { subnets: ['subnet-01234567'], security_group_ids: ['sg-01234567'] },
  data_capture: {
    destination_s3_uri: 's3://captured/all',
    sampling_percentage: 5,
    capture_modes: ['Input'],
    kms_key_id: 'key-1',
  },
  kms_key_id: 'key-2',
  tags: { CostCentre: '4711' },
};
/** What a mail has besides people, request and release, where nothing was decided before. */
const NOTHING_BEFORE = {
  groups: { worst: undefined },
  checks: [],
  unsigned: undefined,
  former: [],
  names: new Map<string, string>(),
  link: 'https://a.example/a/x.y',
};
const escaped = (html: string) => expect(html).not.toMatch(/<script|<img|onerror='/);

describe('what will serve', () => {
  it('is on the page with the values of the environment, and in the mail without them', async () => {
    const scene = await anApprovalCase();
    const { serving } = scene.release;
    const { request, directory } = scene;
    const [person] = directory.people;
    const [invitation] = request.invitations;
    if (person === undefined || invitation === undefined || serving === undefined) throw new Error('nobody is invited');
    const release = { ...scene.release, serving: aServing({ ...EVERYTHING, environment: { MODE: 'hunter2' } }) };

    const shown = String(servingSection(release));
    const mail = approvalMail({
      person,
      invitation,
      request,
      release,
      requester: undefined,
      ...NOTHING_BEFORE,
    });

    for (const part of [
      'MODE',
      'hunter2',
      serving.image,
      'tokenizer',
      'subnet-01234567',
      's3://captured/all',
      'On:',
      'CostCentre',
    ]) {
      expect(shown).toContain(part);
    }
    for (const text of [mail.text, mail.html]) {
      expect(text).toContain(serving.image);
      expect(text).toContain('MODE');
      expect(text).not.toContain('hunter2');
    }
    escaped(String(servingSection({ ...release, serving: aServing({ environment: { MODE: HOSTILE } }) })));
  });

  it('says which locked copies serve, and what they are copies of', async () => {
    const scene = await anApprovalCase();
    const [person] = scene.directory.people;
    const [invitation] = scene.request.invitations;
    if (person === undefined || invitation === undefined) throw new Error('nobody is invited');
    const [sha256, copy] = [digestOf('artifact'), 's3://copies/sha256/0/model.tar.gz'];
    const model_data = { s3_uri: 's3://models/model.tar.gz', compression_type: 'Gzip', version_id: 'v' };
    const strategy = aStrategy();
    const serving = aServing({
      model_data: { ...model_data, sha256, locked_copy_uri: copy },
      deployment_strategy: strategy,
    });
    const release = { ...scene.release, serving };
    const { request } = scene;

    const shown = String(servingSection(release));
    const asked = {
      person,
      invitation,
      request,
      release,
      checks: [],
      requester: undefined,
      unsigned: undefined,
      former: [],
      names: new Map(),
    };
    const mail = approvalMail({ ...asked, groups: { worst: undefined }, link: 'https://x/a/b' });

    for (const part of [model_data.s3_uri, sha256, `served from a locked copy, <code>${copy}</code>`]) {
      expect(shown).toContain(part);
    }
    for (const text of [mail.text, mail.html]) expect(text).toContain(`locked copy ${copy}`);
    // How traffic is brought to it is signed, and read, with the rest (GT-5).
    for (const text of [shown, mail.text, mail.html]) expect(text).toContain(strategyInWords(strategy));
    const plain = String(servingSection({ ...release, serving: aServing() }));
    expect(plain).not.toContain('locked copy');
    expect(plain).toContain('All traffic at once; no alarm takes it back');
  });

  it('says what is not configured, and nothing for a release of a former version', async () => {
    const { release } = await anApprovalCase();

    expect(String(servingSection({ ...release, serving: aServing({ environment: {} }) }))).toContain('<dd>None</dd>');
    expect(servingSection({ ...release, serving: undefined })).toBe('');
  });
});

describe('hostile text', () => {
  it('is shown as text wherever it stands on the approval page', async () => {
    const scene = await hostileCase();
    seedOutcomes(scene, [{ attribute: HOSTILE, value: `${HOSTILE}\u202edlrow`, count: 10, favorable: 5 }]);
    const page = openPage(scene);

    const { html } = await visit(page, await linkFor(page.scene, 'ada'));

    escaped(html);
    expect(html.split('&lt;script&gt;').length).toBeGreaterThan(CHECKS.length + 4);
    expect(html).not.toContain('\u202e');
  });

  it('is shown as text where the form comes back and where the decision is shown', async () => {
    const page = openPage(await hostileCase());
    const link = await linkFor(page.scene, 'ada');
    const fields = { ...COMPLETE, comment: `</textarea>${HOSTILE}` };

    const incomplete = await send(page, link, { fields: { ...fields, confirmation: HOSTILE } });
    const recorded = await send(page, link, { fields });

    escaped(incomplete.html);
    escaped(recorded.html);
    expect(incomplete.html.split('</textarea>')).toHaveLength(2);
    expect(recorded.html).toContain('&lt;/textarea&gt;');
  });

  it('cannot add a line to a mail or turn its text around', async () => {
    const { request, release, directory } = await anApprovalCase({
      directory: aDirectory([
        { id: 'ada', name: `Ada\r\nBcc: all@example.com \u202egnihtoN ${HOSTILE}`, roles: ['ml_lead'] },
        ...PEOPLE.slice(1),
      ]),
    });
    const [person] = directory.people;
    const [invitation] = request.invitations;
    if (person === undefined || invitation === undefined) throw new Error('nobody is invited');

    const mail = approvalMail({
      person,
      invitation,
      request,
      release,
      requester: person,
      ...NOTHING_BEFORE,
    });

    expect(mail.subject).toBe('Approval needed: mortgage-approval 1.2.0, by 24 Nov 2026, 09:00:00 UTC');
    expect(mail.text).not.toMatch(/^Bcc|\u202e/m);
    escaped(mail.html);
    expect(mail.text.split('https://')).toHaveLength(2);
    expect(mail.text).toContain('Opening the link only shows the evidence and decides nothing.');
  });
});

describe('the mail to a person whose decision does not count', () => {
  it('says so, and when it was made, in text and in HTML', async () => {
    const { request, release, directory } = await anApprovalCase();
    const [person] = directory.people;
    const [invitation] = request.invitations;
    if (person === undefined || invitation === undefined) throw new Error('nobody is invited');
    const asked = {
      person,
      invitation,
      request,
      release,
      checks: [],
      requester: undefined,
      former: [],
      names: new Map(),
      link: 'https://x/a/b',
    };

    const mail = approvalMail({
      ...asked,
      groups: { worst: undefined },
      unsigned: { timestamp: at('2026-11-21T09:30:00.000Z') },
    });

    expect(mail.subject).toBe('Please decide again: mortgage-approval 1.2.0, by 24 Nov 2026, 09:00:00 UTC');
    for (const text of [mail.text, mail.html]) {
      expect(text).toMatch(/21 Nov 2026, 09:30:00 UTC, does not count.*Please decide again/);
    }
  });
});

describe('wording', () => {
  it('says an instant with its zone', () => {
    expect(instantInWords(at('2026-01-02T03:04:05.678Z'))).toBe('2 Jan 2026, 03:04:05 UTC');
  });

  it.each([
    ['risk_owner', 'risk owner'],
    ['ml_lead', 'ML lead'],
    ['of_another_version', 'of_another_version'],
  ])('writes the role %s within a sentence as %s', (role, words) => {
    expect(roleInSentence(role)).toBe(words);
  });

  it('asks in such a sentence, on the page and in the mail', async () => {
    const scene = await anApprovalCase();
    const { html } = await visit(openPage(scene), await linkFor(scene, 'grace'));
    const { release, request, directory } = scene;
    const [person, invitation] = [directory.people[0], request.invitations.find(({ role }) => role === 'risk_owner')];
    if (person === undefined || invitation === undefined) throw new Error('nobody is invited');
    const mail = approvalMail({
      person,
      invitation,
      request,
      release,
      requester: person,
      ...NOTHING_BEFORE,
    });

    expect(html).toContain('asks you to decide as risk owner.');
    expect(mail.text).toContain('asks you, as risk owner, whether');
  });

  it('keeps a name on one line', () => {
    expect(oneLine(' a\r\n\u2028b\u202e\u0000c ')).toBe('a b\ufffd\ufffdc');
  });
});
