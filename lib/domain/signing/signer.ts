/** Signs with a key that never leaves its module. */
export interface Signer {
  readonly keyId: string;
  /** ECDSA P-256 over SHA-256 of the message, as a DER signature. */
  sign(message: Uint8Array): Promise<Uint8Array>;
  /** The public key, PEM (SubjectPublicKeyInfo). */
  publicKeyPem(): Promise<string>;
}
