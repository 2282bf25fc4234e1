/** Tables of predictions of canaries, small enough to be written out in a Lambda and counted there. */

/** Rows that are alike but for their ids. */
export type AlikeRows = {
  readonly race: string;
  readonly label: '0' | '1';
  readonly prediction: '0' | '1';
  readonly rows: number;
  readonly score?: number;
};

/** A CSV file with these rows, their ids counted from 1. */
export const tableOf = (groups: readonly AlikeRows[]): string => {
  const lines = groups.flatMap(({ race, label, prediction, rows, score = prediction === '1' ? 0.9 : 0.1 }) =>
    Array.from({ length: rows }, () => `${race},${label},${prediction},${score}`),
  );
  return ['row,race,label,prediction,score', ...lines.map((line, index) => `${index + 1},${line}`), ''].join('\n');
};

export const rowsIn = (groups: readonly AlikeRows[]): number => groups.reduce((sum, { rows }) => sum + rows, 0);
