/** Delegations that lead back to the person who delegates, all of them in force on one day. */

type Window = { readonly first_day: string; readonly last_day: string };
type Delegated = Window & { readonly delegate: string };
type Delegating = { readonly id?: string; readonly delegations?: readonly Delegated[] };

/** Finds the way from a delegate back to the person who delegates; undefined if there is none. */
export type CircleFinder = (id: string, delegation: Delegated) => string[] | undefined;

/**
 * Looks once at all people for each day on which a delegation begins: what is in force together on any day was so on the day
 * on which the last of it began. To walk every path instead takes minutes for a team of thirty who stand in for each other.
 */
export const circlesAmong = (people: readonly Delegating[]): CircleFinder => {
  const byId = new Map(people.map(({ id, delegations = [] }) => [id, delegations]));
  const days = [...new Set([...byId.values()].flat().map(({ first_day }) => first_day))].sort();
  const delegatesOn = (day: string): Heirs => {
    const isOn = (window: Window) => window.first_day <= day && day <= window.last_day;
    return (id) => (byId.get(id) ?? []).filter(isOn).map(({ delegate }) => delegate);
  };
  const found = new Map<string, ReadonlyMap<string, string>>();
  const componentsOn = (day: string): ReadonlyMap<string, string> => {
    const known = found.get(day) ?? componentsOf([...byId.keys()], delegatesOn(day));
    found.set(day, known);
    return known;
  };
  return (id, { delegate, first_day, last_day }) => {
    const day = days.find((one) => {
      if (one < first_day || last_day < one) return false;
      const components = componentsOn(one);
      return components.get(id) === components.get(delegate);
    });
    return day === undefined ? undefined : wayBetween(delegate, id, delegatesOn(day));
  };
};

type Heirs = (id: string) => readonly string[];

/** Who can reach each other are one component (Tarjan), called by one of its people. */
const componentsOf = (ids: readonly (string | undefined)[], heirsOf: Heirs): ReadonlyMap<string, string> => {
  const components = new Map<string, string>();
  const order = new Map<string, number>();
  const open: string[] = [];
  const visit = (id: string): number => {
    const own = order.size;
    let first = own;
    order.set(id, own);
    open.push(id);
    for (const heir of heirsOf(id)) {
      const seen = order.get(heir);
      if (seen === undefined) first = Math.min(first, visit(heir));
      else if (!components.has(heir)) first = Math.min(first, seen);
    }
    if (first === own) for (const one of open.splice(open.indexOf(id))) components.set(one, id);
    return first;
  };
  for (const id of ids) if (id !== undefined && !order.has(id)) visit(id);
  return components;
};

/** The shortest way, between people of one component. */
const wayBetween = (from: string, to: string, heirsOf: Heirs): string[] => {
  const before = new Map<string, string | undefined>([[from, undefined]]);
  // A map gives what is added while it is walked through.
  for (const id of before.keys()) {
    for (const heir of heirsOf(id)) if (!before.has(heir)) before.set(heir, id);
  }
  const way: string[] = [];
  for (let at: string | undefined = to; at !== undefined; at = before.get(at)) way.unshift(at);
  return way;
};
