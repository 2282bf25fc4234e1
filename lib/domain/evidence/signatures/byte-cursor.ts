const NOTHING: Uint8Array = new Uint8Array();

/** Bytes that come in chunks of any size, taken in pieces of the size that a format asks for. */
export class ByteCursor {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #ahead = NOTHING;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** The next bytes as they come, `length` of them at most; none at the end. */
  async some(length: number): Promise<Uint8Array> {
    while (this.#ahead.length === 0) {
      const { done, value } = await this.#chunks.next();
      if (done) return NOTHING;
      this.#ahead = value;
    }
    const taken = this.#ahead.subarray(0, length);
    this.#ahead = this.#ahead.subarray(taken.length);
    return taken;
  }

  /** The next `length` bytes; fewer only if there are no more. */
  async take(length: number): Promise<Buffer> {
    const parts: Uint8Array[] = [];
    for (let missing = length; missing > 0; ) {
      const part = await this.some(missing);
      if (part.length === 0) break;
      parts.push(part);
      missing -= part.length;
    }
    return Buffer.concat(parts);
  }

  /** What `take` would give, and will give again. */
  async peek(length: number): Promise<Buffer> {
    const bytes = await this.take(length);
    this.putBack(bytes);
    return bytes;
  }

  putBack(bytes: Uint8Array): void {
    this.#ahead = Buffer.concat([bytes, this.#ahead]);
  }

  /** Lets go of where the bytes come from, when not all of them were needed. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }
}
