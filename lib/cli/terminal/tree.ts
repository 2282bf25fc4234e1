/** A tree of lines, each with the entry of the log that proves it. */
import type { Branch } from '../../domain/questions/lineage-tree.ts';
import { plain } from './text.ts';

export const tree = (branches: readonly Branch[]): string => branches.flatMap(lines).join('\n');

const lines = ({ says, entry, below }: Branch): string[] => [
  `${plain(says)}${entry === undefined ? '' : `  [entry ${entry}]`}`,
  ...below.flatMap((one, index) => hung(lines(one), index === below.length - 1)),
];

const hung = (below: readonly string[], isLast: boolean): string[] => {
  const [first, others] = isLast ? ['└─', '  '] : ['├─', '│ '];
  return below.map((line, index) => `${index === 0 ? first : others} ${line}`);
};
