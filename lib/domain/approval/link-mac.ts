/**
 * Makes and checks the message authentication code of an approval link. The approval page is allowed to verify only.
 */
export interface LinkMac {
  generate(message: Uint8Array): Promise<Uint8Array>;
  verify(message: Uint8Array, mac: Uint8Array): Promise<boolean>;
}
