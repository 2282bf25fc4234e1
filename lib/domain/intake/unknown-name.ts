import type { LinkMac } from '../approval/link-mac.ts';

/** Domain separation: a code that the same key makes for another purpose is none for a name. */
const DOMAIN = 'assay-unknown-name-v1.';
/** Enough to tell names apart, too little to be taken for a digest of one. */
const CODE_CHARACTERS = 12;

/**
 * What stands in the ledger for a name that the directory does not know (docs/formats/approvers.md). It can be an address,
 * and the ledger cannot forget. Without the key nobody can find the name by trying.
 */
export const unknownName = async (name: string, mac: Pick<LinkMac, 'generate'>): Promise<string> => {
  const code = await mac.generate(new TextEncoder().encode(`${DOMAIN}${name}`));
  return `unknown:${Buffer.from(code).toString('hex').slice(0, CODE_CHARACTERS)}`;
};
