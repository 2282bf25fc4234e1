/** Checks that no name in a directory stands for two: with two ids, one person could make a release and approve it. */
import type { IsSound } from '../soundness.ts';
import { principalOf } from './principal.ts';

/** As far as they are well formed. */
type Named = {
  readonly id?: string;
  readonly logins?: readonly string[];
  readonly principal_arn?: string;
  readonly event_source?: string;
  readonly slack?: { readonly team_id?: string; readonly user_id?: string } | undefined;
};
type Listed = {
  readonly people: readonly (Named & { readonly email?: string })[];
  readonly machines?: readonly Named[] | undefined;
};
type Problem = { readonly path: PropertyKey[]; readonly message: string };
type Entry = { readonly path: PropertyKey[]; readonly named: Named };
type Place = { readonly path: PropertyKey[]; readonly name: string };

/** Names are compared without case here, although they count only as they are written. */
export const nameProblems = ({ people, machines = [] }: Listed, isSound: IsSound): Problem[] => {
  const entries = [...entriesOf('people', people), ...entriesOf('machines', machines)];
  const addresses = people.flatMap((person): [string, Named][] =>
    person.email === undefined ? [] : [[person.email.toLowerCase(), person]],
  );
  return [
    ...shared(entries, new Map(addresses), ({ path, named: { id, logins = [] } }) => [
      ...(id === undefined ? [] : [{ path: [...path, 'id'], name: id }]),
      ...logins.map((name, index) => ({ path: [...path, 'logins', index], name })),
    ]),
    ...shared(entries, new Map(), ({ path, named: { event_source: name } }) =>
      name === undefined ? [] : [{ path: [...path, 'event_source'], name }],
    ),
    ...shared(entries, new Map(), ({ path, named: { principal_arn: arn, logins = [] } }) => [
      ...(arn === undefined ? [] : [{ path: [...path, 'principal_arn'], name: principalOf(arn) }]),
      ...logins.flatMap((name, index) =>
        name.startsWith('arn:') ? [{ path: [...path, 'logins', index], name: principalOf(name) }] : [],
      ),
    ]),
    ...shared(entries, new Map(), ({ path, named: { slack } }) =>
      slack === undefined ? [] : [{ path: [...path, 'slack', 'user_id'], name: `${slack.team_id}/${slack.user_id}` }],
    ),
    ...entries.flatMap(({ path, named: { event_source: source, principal_arn: arn } }) =>
      source === undefined || arn !== undefined || !isSound(...path, 'principal_arn')
        ? []
        : [{ path: [...path, 'event_source'], message: 'needs a principal_arn: anybody else could use this source' }],
    ),
  ];
};

const entriesOf = (list: string, named: readonly Named[]): Entry[] =>
  named.map((one, index) => ({ path: [list, index], named: one }));

/** Every name that somebody else has at an earlier place. */
const shared = (entries: readonly Entry[], owners: Map<string, Named>, placesOf: (entry: Entry) => Place[]) =>
  entries.flatMap((entry) =>
    placesOf(entry).flatMap(({ path, name }): Problem[] => {
      const owner = owners.get(name.toLowerCase()) ?? entry.named;
      owners.set(name.toLowerCase(), owner);
      return owner === entry.named ? [] : [{ path, message: `${name} is ${owner.id ?? 'somebody else'} already` }];
    }),
  );
