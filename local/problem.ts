/** A problem that the user can fix: the message is one whole sentence, and is shown without a stack trace. */
export class LocalProblem extends Error {
  override readonly name = 'LocalProblem';
}
