/** What to do about a group of too few rows: more data help only if its name is not the problem. */
import { groupsOf } from '../../evidence/predictions/intersections.ts';
import { INTERSECTION, type OutcomeCounts } from '../../evidence/predictions/predictions.ts';
import { cellValue, isSameValue } from '../../evidence/predictions/same-value.ts';
import { isLikelySame } from '../../spelling.ts';
import { listed, sentences, shown } from '../finding.ts';

/** Advice on groups of an attribute, or of an intersection, that have too few rows or none. */
export const adviseOnGroups = (attribute: string, names: readonly string[], counts: OutcomeCounts): string => {
  const found = names.map((name) => ({ name, problems: nameProblems(attribute, name, counts) }));
  const truly = found.filter(({ problems }) => problems.length === 0).map(({ name }) => name);
  const problems = [...new Set(found.flatMap((one) => one.problems))];
  if (problems.length === 0) return 'Evaluate on more data of these groups.';
  return sentences([...problems, ...(truly.length === 0 ? [] : [`Evaluate on more data of ${listed(truly)}.`])]);
};

/** Words that stand for a missing value in some tables and are a category in others, without case and punctuation. */
const PERHAPS_MISSING = /^\W*(none|null|nil|nan|nat|na|n\/a|unknown|unspecified|missing|undefined|empty|blank)?\W*$/i;

/** What is wrong with a name, judged by the values of its attribute; for an intersection, by those of each part. */
const nameProblems = (attribute: string, name: string, counts: OutcomeCounts): string[] => {
  const attributes = attribute.split(INTERSECTION);
  const parts = attributes.length === 1 ? [name] : name.split(INTERSECTION);
  // A value that contains the separator cannot be taken apart, and is left as it is.
  return parts.length === attributes.length
    ? parts.flatMap((part, index) => nameProblem(part, groupsOf(counts, String(attributes[index])).map(valueIn)))
    : [];
};

const valueIn = ({ value }: { readonly value: string }): string => value;

const nameProblem = (name: string, values: readonly string[]): string[] => {
  if (cellValue(name) === undefined)
    return [`The policy expects ${shown(name)}, which is no value. Correct the policy.`];
  if (PERHAPS_MISSING.test(name)) {
    return [
      `If ${shown(name)} stands for a missing value, leave the cell empty; if it is a group, give it another name.`,
    ];
  }
  const alike = values.filter((value) => !isSameValue(value, name) && isLikelySame(value, name));
  if (alike.length > 0) return [`If ${shown(name)} and ${listed(alike)} are one group, write it in one way.`];
  if (values.some((value) => isSameValue(value, name))) return [];
  return [
    `No row is ${shown(name)}; the groups are ${listed(values)}. If one of them is meant, write it in one way; otherwise evaluate on data of ${shown(name)}.`,
  ];
};
