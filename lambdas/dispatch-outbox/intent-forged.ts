/** The intent was noted by no transaction of ours: what wrote it may not write its kind, or no row bears it out. */
export class IntentForged extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'IntentForged';
  }
}
