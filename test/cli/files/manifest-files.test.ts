import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { bytesFrom, type HeldFile } from '../../../lib/cli/files/manifest-files.ts';
import { Sha256 } from '../../../lib/domain/identifiers.ts';
import { aDirectory } from '../assay.ts';

const CARD = 'intended_use: loans\n';
const directory = aDirectory({ 'card.yaml': CARD });
const held = (sha256: Sha256): HeldFile => ({
  name: 'model_card',
  field: 'model_card_uri',
  where: 'card.yaml',
  path: join(directory, 'card.yaml'),
  isUnversioned: false,
  sizeBytes: CARD.length,
  sha256,
});
const sha256 = Sha256.parse(createHash('sha256').update(CARD).digest('hex'));
const other = Sha256.parse('0'.repeat(64));

it('a held file is read as it was hashed', async () => {
  expect((await bytesFrom([held(sha256)])(sha256, 1000)).toString()).toBe(CARD);
});

it('a held file that has changed since, or is larger than evidence may be, is refused', async () => {
  await expect(bytesFrom([held(other)])(other, 1000)).rejects.toThrow('card.yaml changed while it was being checked');
  await expect(bytesFrom([held(sha256)])(sha256, 10)).rejects.toThrow('card.yaml has 20 bytes; the limit is 10');
});
