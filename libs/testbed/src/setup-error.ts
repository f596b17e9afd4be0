/** Something outside of keyrace is not as it must be. The message is one line and names the fix. */
export class SetupError extends Error {
  readonly code: string
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'SetupError'
    this.code = code
  }
}
