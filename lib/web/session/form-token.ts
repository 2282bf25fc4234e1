/** What a form of a signed-in page carries, so that no other page can send one: it is made of the session, which no script reads. */
import { createHash, timingSafeEqual } from 'node:crypto';

/** A digest of the session for one path. It opens nothing by itself, and ends with the session. */
export const formTokenOf = (session: string, path: string): string =>
  createHash('sha256')
    .update(JSON.stringify(['assay form', path, session]))
    .digest('base64url');

export const isFormTokenOf = (token: string, session: string, path: string): boolean => {
  const [sent, expected] = [token, formTokenOf(session, path)].map((text) => Buffer.from(text));
  return session !== '' && sent?.length === expected?.length && timingSafeEqual(sent as Buffer, expected as Buffer);
};
