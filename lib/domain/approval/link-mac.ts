/** Makes and checks the message authentication code of an approval link. The page holds one that can only verify. */
export interface LinkMac {
  generate(message: Uint8Array): Promise<Uint8Array>;
  verify(message: Uint8Array, mac: Uint8Array): Promise<boolean>;
}
