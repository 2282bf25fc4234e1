import { arn, invalid } from './operation.ts';

interface Stored<T> {
  readonly arn: string;
  readonly created: Date;
  readonly members: T;
}

/** What was created under a name, with the words that SageMaker has for it. SageMaker writes names in lower case into ARNs. */
export function shelf<T>(kind: string, words: string) {
  const stored = new Map<string, Stored<T>>();
  const arnOf = (name: string) => arn(`${kind}/${name.toLowerCase()}`);
  return {
    add(name: string, members: T, created: Date): string {
      if (stored.has(name)) throw invalid(`Cannot create already existing ${words} "${arnOf(name)}".`);
      stored.set(name, { arn: arnOf(name), members, created });
      return arnOf(name);
    },
    get(name: string): Stored<T> {
      const found = stored.get(name);
      if (found === undefined) throw invalid(`Could not find ${words} "${arnOf(name)}".`);
      return found;
    },
    remove(name: string): object {
      this.get(name);
      stored.delete(name);
      return {};
    },
  };
}
