/** Checks that the reviews of a policy, their order and their checklists are consistent with each other. */
import { valueAt } from '../release/manifest.ts';
import { type IsSound, isMap } from '../soundness.ts';
import { questionsAbout } from './checklist.ts';
import { findRepeated, type Inconsistency } from './repeated.ts';

export type ChecklistItem = { readonly id: string; readonly when?: { readonly first_release: boolean } };
type ReviewName = 'technical' | 'business' | 'compliance' | 'deployment';
type Reviews = {
  readonly review_stages?: { readonly [R in ReviewName]?: readonly string[] };
  readonly review_checklists?: { readonly [R in ReviewName]?: readonly ChecklistItem[] };
};
type ReviewsOfTier = { readonly review_stages?: readonly ReviewName[]; readonly review_order?: string };

/** What is wrong with the questions of the checklist that is at a place of a policy, as far as they can be read. */
export const checklistProblems = (policy: object, path: PropertyKey[], isSound: IsSound): Inconsistency[] => {
  const checklist = valueAt(policy, path);
  return [
    ...findRepeated(checklist, path, 'id'),
    // The cast holds for what is sound: it is as the schema says.
    ...(isSound(...path) ? unaskedProblems(checklist as readonly ChecklistItem[], path) : []),
  ];
};

/** Conditions must not leave a release without a question: nobody approves by a signature alone. */
const unaskedProblems = (checklist: readonly ChecklistItem[], path: PropertyKey[]): Inconsistency[] =>
  [true, false]
    .filter((isFirst) => questionsAbout(checklist, isFirst).length === 0)
    .map((isFirst) => ({ path, message: `nothing is asked about a ${isFirst ? 'first' : 'later'} release` }));

/** What is wrong with the checklists of reviews, whichever tier needs them. */
export const reviewChecklistProblems = (policy: Reviews, isSound: IsSound): Inconsistency[] => {
  const { review_checklists: checklists } = policy;
  return Object.keys(isMap(checklists) ? checklists : {}).flatMap((review) => {
    const path = ['review_checklists', review];
    return [
      ...checklistProblems(policy, path, isSound),
      ...(isSound('review_stages') && isSound(...path) ? undescribed(policy, review, path) : []),
    ];
  });
};

const undescribed = ({ review_stages: reviews }: Reviews, review: string, path: PropertyKey[]): Inconsistency[] =>
  Object.hasOwn(reviews ?? {}, review) ? [] : [{ path, message: `review_stages has no ${review}` }];

/** What is wrong with the reviews that a tier names, and with their order. */
export const reviewProblems = (policy: Reviews, tier: ReviewsOfTier, path: PropertyKey[]): Inconsistency[] => {
  const { review_stages: reviews = [], review_order: order } = tier;
  const missing = reviews.flatMap((review, index) => undescribed(policy, review, [...path, 'review_stages', index]));
  if (order === undefined) return [...missing, ...unordered(policy, reviews, path)];
  if (reviews.length === 0)
    return [{ path: [...path, 'review_order'], message: 'orders nothing: name reviews in review_stages' }];
  return [...missing, ...sharedRoles(policy, reviews, path)];
};

/** A checklist that a policy has and does not ask is a mistake of its author. */
const unordered = (policy: Reviews, reviews: readonly ReviewName[], path: PropertyKey[]): Inconsistency[] =>
  reviews.flatMap((review, index) =>
    policy.review_checklists?.[review] === undefined
      ? []
      : [
          {
            path: [...path, 'review_stages', index],
            message: `${review} has a checklist, which is asked only with a review_order: in_order or side_by_side`,
          },
        ],
  );

/** A person decides in one role, so the role has to say in which review. */
const sharedRoles = (policy: Reviews, reviews: readonly ReviewName[], path: PropertyKey[]): Inconsistency[] => {
  const asked = new Map<string, string>();
  return reviews.flatMap((review, index) => {
    const roles = [...new Set(policy.review_stages?.[review])];
    const shared = roles.filter((role) => asked.has(role));
    const problems = shared.map((role) => ({
      path: [...path, 'review_stages', index],
      message: `${review} asks for ${role}, as ${asked.get(role)} does: with a review_order, one review asks for a role`,
    }));
    for (const role of roles) if (!asked.has(role)) asked.set(role, review);
    return problems;
  });
};
