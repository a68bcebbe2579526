/**
 * A reason why the database cannot be used, in words an operator can act on. `code` is stable and searchable, `hint` says what
 * to do. Thrown while starting, by `doctor`, `backup` and `restore`; never while serving a request.
 */
export class DatabaseFault extends Error {
  readonly code: string
  readonly hint: string

  constructor(code: string, message: string, hint = '', cause?: unknown) {
    super(hint ? `${message}\n${hint}` : message, cause === undefined ? undefined : { cause })
    this.name = 'DatabaseFault'
    this.code = code
    this.hint = hint
  }
}

/** The text of anything that was thrown. */
export const reasonOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown))
