import * as z from 'zod';
import { type Attestations, answerDemand, type TrustedSigner } from '../../evidence/attestations.ts';
import { TrustedKey } from '../../evidence/signatures/trusted-key.ts';
import { TrustedRoot } from '../../evidence/signatures/trusted-root.ts';
import type { Instant } from '../../identifiers.ts';
import { EvidenceName } from '../../release/manifest.ts';
import { soundness, WHATEVER_ELSE } from '../../soundness.ts';
import type { AttestableSubjects } from '../check.ts';
import { defineCheck } from '../check.ts';
import { conclude, type Finding, judgeFurther, listed, sentences, shown } from '../finding.ts';

const THRESHOLD = 'each attestation that the policy demands, by a signer that it trusts for it';

/** What an attestation can be about: the artifact, and whatever else of a release has a digest. */
const Subject = z.enum(['artifact', 'image', 'training_dataset', ...EvidenceName.options]);

const Demand = z
  .strictObject({
    /** Compared letter by letter: another version of a predicate is another type. */
    predicate_type: z.string().min(1).max(256),
    subject: Subject,
    trusted_keys: z.array(TrustedKey).max(8).default([]),
    trusted_roots: z.array(TrustedRoot).max(8).default([]),
  })
  .superRefine(({ trusted_keys: keys, trusted_roots: roots }, context) => {
    const isSound = soundness(context.issues);
    if (!isSound('trusted_keys') || !isSound('trusted_roots') || keys.length + roots.length > 0) return;
    context.addIssue({ code: 'custom', message: 'must name whom it trusts, in trusted_keys or trusted_roots' });
  }, WHATEVER_ELSE);
type Demand = z.infer<typeof Demand>;

const parameters = z.strictObject({ attestations: z.array(Demand).min(1).max(16) });

/** Establishes, for each attestation that the policy demands, that a signer whom it trusts for it made one of that type about that subject. */
export const attestedBy = defineCheck({
  name: 'attested_by',
  stage: 'security_review',
  knownBy: 'verified',
  reads: ['subjects', 'attestations', 'requestedAt'],
  parameters,
  judge: ({ subjects, attestations, requestedAt }, { attestations: demands }) =>
    judgeFurther(attestations, { name: 'attestations', field: 'attestations', threshold: THRESHOLD }, (found) =>
      judgeDemands(found, demands, { subjects, requestedAt }),
    ),
});

type Asked = { readonly subjects: AttestableSubjects; readonly requestedAt: Instant };

const judgeDemands = (found: Attestations, demands: readonly Demand[], asked: Asked): Finding => {
  const answers = demands.map((demand) => answerOf(found, demand, asked));
  const wrong = answers.flatMap(({ isFulfilled, says }) => (isFulfilled ? [] : [says]));
  const passed = sentences(answers.map(({ says }) => says));
  return conclude(THRESHOLD, `${answers.length - wrong.length} of ${answers.length} attested`, passed, wrong);
};

type Answer = { readonly isFulfilled: boolean; readonly says: string };
const unfulfilled = (says: string): Answer => ({ isFulfilled: false, says });

const answerOf = (found: Attestations, demand: Demand, { subjects, requestedAt: at }: Asked): Answer => {
  const { predicate_type: predicateType, subject: name, trusted_keys: keys, trusted_roots: roots } = demand;
  const what = `${shown(predicateType)} about ${name}`;
  const subject = subjects[name];
  if (subject === undefined) return unfulfilled(`${what}: the release has no digest of that subject.`);
  const answer = answerDemand(found, { predicateType, subject, keys, roots, at });
  switch (answer.outcome) {
    case 'fulfilled':
      return { isFulfilled: true, says: `${what}: envelope ${answer.position}, signed by ${saySigner(answer.by)}.` };
    case 'other_type':
      return unfulfilled(`${what}: none is of this type (${sayTypes(found)}).`);
    case 'other_signer':
      return unfulfilled(
        `${what}: there is one of this type, and no signer that is trusted for it signed it (trusted: ${listed([...keys, ...roots].map((signer) => signer.name))}${answer.problems.slice(0, 1).map((problem) => `; ${problem}`)}).`,
      );
    case 'other_subject':
      return unfulfilled(
        `${what}: the one signed by ${saySigner(answer.by)} is about another subject (${listed(answer.subjects)}, not ${subject}).`,
      );
  }
};

const saySigner = (by: TrustedSigner): string =>
  'key' in by
    ? `the trusted key named “${shown(by.key)}”`
    : `a certificate of ${shown(by.subject)}, for which the trusted root named “${shown(by.root)}” vouches`;

const sayTypes = ({ found, leftOut }: Attestations): string => {
  const types = listed([...new Set(found.map(({ predicateType }) => predicateType))]);
  const others = leftOut === 0 ? [] : [`${leftOut} left out, which are no in-toto statements`];
  return [`there are: ${types === '' ? 'none' : types}`, ...others].join('; ');
};
