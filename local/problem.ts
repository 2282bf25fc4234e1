/** Something a person can put right: the message is one whole sentence and is shown without a stack. */
export class LocalProblem extends Error {
  override readonly name = 'LocalProblem';
}
