/** Checks that the people of a directory, each well described, are consistent with each other. */
import { type CircleFinder, circlesAmong } from './delegation-circles.ts';
import type { Role } from './role.ts';
import { isTimeZone } from './zoned-time.ts';

type Window = { readonly first_day: string; readonly last_day: string };
type Delegation = Window & { readonly delegate: string; readonly roles?: readonly Role[] };
/**
 * The parts of a person that are compared, as far as they are well formed. Written out rather than inferred, because the
 * schema is made with these functions.
 */
type Listed = {
  readonly id?: string;
  readonly email?: string;
  readonly roles?: readonly Role[];
  readonly time_zone?: string;
  readonly backups?: readonly string[];
  readonly absences?: readonly Window[];
  readonly delegations?: readonly Delegation[];
};
type Problem = { readonly path: PropertyKey[]; readonly message: string };

/** Everything that would let one person count as two, or leave a request with nobody to answer it. */
export const directoryProblems = (people: readonly Listed[]): Problem[] => {
  const byId = new Map(people.map((person) => [person.id, person]));
  const circleOf = circlesAmong(people);
  const addresses = people.map(({ email }) => email?.toLowerCase());
  return people.flatMap((person, index) =>
    [
      // Under two ids, one person with one address could fill two roles.
      ...(person.email === undefined || addresses.indexOf(person.email.toLowerCase()) === index
        ? []
        : [{ path: ['email'], message: 'is the address of another person of this directory' }]),
      ...timeZoneProblems(person),
      ...backupProblems(person, byId),
      ...windowProblems(person.absences ?? [], 'absences'),
      ...windowProblems(person.delegations ?? [], 'delegations'),
      ...delegationProblems(person, byId, circleOf),
    ].map(({ path, message }) => ({ path: ['people', index, ...path], message })),
  );
};

const timeZoneProblems = ({ time_zone: zone }: Listed): Problem[] =>
  zone === undefined || isTimeZone(zone) ? [] : [{ path: ['time_zone'], message: `there is no time zone ${zone}` }];

const backupProblems = ({ id, backups = [] }: Listed, byId: ReadonlyMap<string | undefined, Listed>): Problem[] =>
  backups.flatMap((backup, index) => {
    const path = ['backups', index];
    if (backup === id) return [{ path, message: 'nobody is their own backup' }];
    if (backups.indexOf(backup) !== index) return [{ path, message: `${backup} appears twice` }];
    return byId.has(backup) ? [] : [{ path, message: `there is no person ${backup} in this directory` }];
  });

/** Dates in ISO 8601 can be compared as text. */
const windowProblems = (windows: readonly Window[], field: string): Problem[] =>
  windows.flatMap(({ first_day: first, last_day: last }, index) =>
    first <= last ? [] : [{ path: [field, index, 'last_day'], message: `${last} is before the first day, ${first}` }],
  );

const delegationProblems = (
  person: Listed,
  byId: ReadonlyMap<string | undefined, Listed>,
  circleOf: CircleFinder,
): Problem[] =>
  (person.delegations ?? []).flatMap((delegation, index) => {
    const path = ['delegations', index];
    const { delegate, roles = [] } = delegation;
    // Nobody can name a person whose id is not well formed.
    const { id = '' } = person;
    if (delegate === id) return [{ path: [...path, 'delegate'], message: 'nobody is their own delegate' }];
    if (!byId.has(delegate)) {
      return [{ path: [...path, 'delegate'], message: `there is no person ${delegate} in this directory` }];
    }
    const lent = roles.findIndex((role) => person.roles?.includes(role) === false);
    if (lent !== -1) {
      return [
        {
          path: [...path, 'roles', lent],
          message: `${id || 'this person'} does not hold ${roles[lent]}, and cannot lend it`,
        },
      ];
    }
    const circle = circleOf(id, delegation);
    return circle === undefined
      ? []
      : [{ path: [...path, 'delegate'], message: `delegates in a circle: ${[id, ...circle].join(' to ')}` }];
  });
