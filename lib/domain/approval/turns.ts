/** Whose turn it is: how far the stages of an approval have come, by the approvals that were given. */
import type { Instant } from '../identifiers.ts';
import { millisecondsOf } from '../instant.ts';
import { SIDE_BY_SIDE } from '../policy/review-order.ts';
import { type Given as GivenRole, quorumOf } from './quorum.ts';

type Stage = { readonly name: string; readonly roles: readonly string[] };
export type Stages = { readonly order: string; readonly stages: readonly Stage[] };
type Given = GivenRole & { readonly timestamp: Instant };

export type Turn<A> = {
  readonly name: string;
  readonly roles: readonly string[];
  /** Whether the stages before it are complete, so that its people may decide. */
  readonly isOpen: boolean;
  readonly missingRoles: readonly string[];
  /** The approvals in its roles that were given since it was open. */
  readonly given: readonly A[];
  /** Those that were given before: they do not count. */
  readonly early: readonly A[];
};

/**
 * Establishes for each stage whether it is open, and which approvals count in it. Where stages come in order, one is open from
 * the instant on at which the last seat of the one before was filled: the signed instants of the approvals alone decide, so
 * that an auditor finds the same.
 */
export const turnsOf = <A extends Given>({ order, stages }: Stages, approvals: readonly A[]): Turn<A>[] => {
  // Undefined once a stage is not complete. An order that this version does not know is the stricter one.
  let opensAt: number | undefined = Number.NEGATIVE_INFINITY;
  return stages.map(({ name, roles }) => {
    const from = opensAt;
    const mine = approvals
      .filter(({ approverRole, decision }) => decision === 'approve' && roles.includes(approverRole))
      .toSorted((a, b) => millisecondsOf(a.timestamp) - millisecondsOf(b.timestamp));
    const isInTurn = ({ timestamp }: A): boolean => from !== undefined && millisecondsOf(timestamp) >= from;
    const given = mine.filter(isInTurn);
    const { missingRoles } = quorumOf(roles, given);
    if (order !== SIDE_BY_SIDE) opensAt = filledAt(roles, given);
    return {
      name,
      roles,
      isOpen: from !== undefined,
      missingRoles,
      given,
      early: mine.filter((one) => !isInTurn(one)),
    };
  });
};

/** When the last seat was filled; undefined if one is empty. */
const filledAt = (roles: readonly string[], given: readonly Given[]): number | undefined => {
  const last = given.find((_, index) => quorumOf(roles, given.slice(0, index + 1)).met);
  return last && millisecondsOf(last.timestamp);
};

/** The approvals that count: all of them if there are no stages. */
export const inTurn = <A extends Given>(stages: Stages | undefined, approvals: readonly A[]): readonly A[] =>
  stages === undefined ? approvals : turnsOf(stages, approvals).flatMap(({ given }) => given);

/** Who approved in a role before its stage was open, in words; undefined if nobody did. */
export const earlyAs = (role: string, stages: Stages | undefined, approvals: readonly Given[]): string | undefined => {
  const turns = stages === undefined ? [] : turnsOf(stages, approvals);
  const early = turns.flatMap((turn) => turn.early).find(({ approverRole }) => approverRole === role);
  return (
    early && `${early.approverId} approved as ${role} at ${early.timestamp}, before the stages before it were complete`
  );
};
