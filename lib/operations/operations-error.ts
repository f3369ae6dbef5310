/** Something an operator can do something about: its message says all there is to say. */
export class OperationsError extends Error {
  public override readonly name = 'OperationsError';
}
