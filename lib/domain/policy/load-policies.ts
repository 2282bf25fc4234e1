/** Reads the policies of a deployment: one base, overlays of it, and the list of its models. */
import { Refusal, type Violation } from '../refusal.ts';
import { type CanonicalValue, canonicalSha256 } from '../signing/canonical-json.ts';
import { type ConfigurationKind, type Judge, kindOf, loadFile, loadPolicy, readDocument, refusalFor } from './load.ts';
import { ModelInventory } from './model-inventory.ts';
import { PolicyOverlay } from './overlay.ts';
import { type LoadedOverlay, overlayConflicts } from './overlay-conflicts.ts';
import { type BasePolicy, overlayOnBase } from './overlay-on-base.ts';
import { type PolicySource, policySource } from './policy-source.ts';
import type { ScopedPolicies } from './scoped-policies.ts';

/**
 * A file of a folder; without bytes, if it is a folder itself. `name` is its name there: from a path it cannot be told, because a
 * name may contain what separates the names of a path elsewhere.
 */
export type FoundFile = { readonly file: string; readonly name: string; readonly bytes: Uint8Array | undefined };

export type LoadedPolicies = {
  readonly base: BasePolicy;
  /** By name, so that the order of files plays no part. */
  readonly overlays: readonly LoadedOverlay[];
  readonly inventory: { readonly source: PolicySource; readonly models: ModelInventory['models'] } | undefined;
};

/** More could not be checked in every combination. */
const OVERLAYS_MAX = 16;

/**
 * Establishes that files are the policies of a deployment: exactly one base, and overlays that are stricter than it, alone and
 * together. Otherwise refuses them with file, line and column.
 */
export const loadPolicies = (folder: string, found: readonly FoundFile[], judge?: Judge): LoadedPolicies => {
  const { base, overlays: documents, inventory } = readAll(folder, sortOut(folder, found), judge);
  refuseAny(folder, repeatedNames(documents));
  const overlays: LoadedOverlay[] = [];
  const faults: Violation[] = [];
  for (const { source, overlay } of documents) {
    const { name, scope } = overlay;
    const result = overlayOnBase(base, source);
    if ('violations' in result) faults.push(...result.violations);
    else overlays.push({ source, name, scope, policy: result.policy, sha256: digestOf(source) });
  }
  refuseAny(folder, faults);
  refuseAny(folder, overlayConflicts(base.policy, overlays));
  return { base, overlays, inventory };
};

type Documents = {
  readonly base: BasePolicy;
  readonly overlays: readonly Named[];
  readonly inventory: LoadedPolicies['inventory'];
};

/** Every file by itself. A fault of one hides none of another. */
const readAll = (folder: string, { base, overlays, inventory }: SortedOut, judge: Judge | undefined): Documents => {
  const faults: Violation[] = [];
  const attempt = <T>(load: () => T): T[] => {
    try {
      return [load()];
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      faults.push(...error.violations);
      return [];
    }
  };
  const [policy] = attempt(() => loadPolicy(base.bytes, base.source.file, judge));
  const named = overlays.flatMap(({ source, bytes }) =>
    attempt(() => ({ source, overlay: loadFile(PolicyOverlay, bytes, source.file, judge) })),
  );
  const [models] =
    inventory === undefined
      ? []
      : attempt(() => loadFile(ModelInventory, inventory.bytes, inventory.source.file).models);
  if (policy === undefined || faults.length > 0) throw refusalFor(folder, faults);
  return {
    base: { source: base.source, policy },
    overlays: named.sort((a, b) => (a.overlay.name < b.overlay.name ? -1 : 1)),
    inventory: inventory && models && { source: inventory.source, models },
  };
};

/** A policy that is a file by itself, as most are. */
export const loadOnePolicy = (file: string, bytes: Uint8Array): LoadedPolicies => {
  const policy = loadPolicy(bytes, file);
  return {
    base: { source: policySource(file, bytes, readDocument(bytes, file)), policy },
    overlays: [],
    inventory: undefined,
  };
};

/** What is deployed beside the base; undefined where nothing is. */
export const scopedPolicies = ({ overlays, inventory }: LoadedPolicies): ScopedPolicies | undefined =>
  overlays.length === 0 && inventory === undefined
    ? undefined
    : {
        overlays: overlays.map(({ name, sha256, scope, policy }) => ({ name, sha256, scope, policy })),
        models: [...(inventory?.models ?? [])],
        ...(inventory === undefined ? {} : { models_sha256: digestOf(inventory.source) }),
      };

/** The digest of what a file says, not of its layout. The cast holds for what the parser of documents yields. */
export const digestOf = ({ document }: PolicySource) => canonicalSha256(document as CanonicalValue);

type Read = { readonly kind: ConfigurationKind; readonly bytes: Uint8Array; readonly source: PolicySource };
type SortedOut = { readonly base: Read; readonly overlays: readonly Read[]; readonly inventory: Read | undefined };

/** No file is passed over that might be an overlay under another name: what it demands would be missed by nobody. */
const sortOut = (folder: string, found: readonly FoundFile[]): SortedOut => {
  const files = found.filter(({ name }) => !/^\.|\.md$/i.test(name));
  const strange: Violation[] = [];
  const read: Read[] = [];
  for (const { file, bytes } of files) {
    if (bytes !== undefined && /\.(ya?ml|json)$/i.test(file)) read.push(readFile(file, bytes));
    else strange.push(at(file, 'is no YAML or JSON file: only policies and a list of models may lie here'));
  }
  refuseAny(folder, strange);
  const ofKind = (wanted: ConfigurationKind) => read.filter(({ kind }) => kind === wanted);
  const [base, ...bases] = ofKind('policy');
  const [inventory, ...inventories] = ofKind('models');
  const overlays = ofKind('overlay');
  refuseAny(folder, [
    ...read
      .filter(({ kind }) => !['policy', 'overlay', 'models'].includes(kind))
      .map(({ source, kind }) => at(source.file, `is a file of ${kind}: put it outside of the folder of policies`)),
    ...bases.map(({ source }) =>
      at(source.file, `is another base beside ${base?.source.file}: an overlay has a scope`),
    ),
    ...inventories.map(({ source }) => at(source.file, `lists models, and so does ${inventory?.source.file}`)),
    ...overlays
      .slice(OVERLAYS_MAX)
      .map(({ source }) => at(source.file, `is one overlay too many: at most ${OVERLAYS_MAX}`)),
  ]);
  if (base === undefined) throw refusalFor(folder, [at(folder, 'has no base: exactly one policy is without a scope')]);
  return { base, overlays, inventory };
};

const readFile = (file: string, bytes: Uint8Array): Read => {
  const document = readDocument(bytes, file);
  return { kind: kindOf(document), bytes, source: policySource(file, bytes, document) };
};

const at = (file: string, problem: string): Violation => ({ field: `${file}:1:1`, problem });

const refuseAny = (folder: string, violations: readonly Violation[]): void => {
  if (violations.length > 0) throw refusalFor(folder, violations);
};

type Named = { readonly source: PolicySource; readonly overlay: PolicyOverlay };

const repeatedNames = (documents: readonly Named[]): Violation[] =>
  documents.flatMap(({ source, overlay: { name } }, index) => {
    const former = documents.slice(0, index).find(({ overlay }) => overlay.name === name);
    const problem = `name: ${name} is the name of the overlay at ${former?.source.placeOf(['name'])}`;
    return former === undefined ? [] : [{ field: source.placeOf(['name']), problem }];
  });
