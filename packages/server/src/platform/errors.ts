/**
 * The only error domain code throws. It goes over the wire as `{ code, message, details?, requestId }`; the text is looked up by
 * code in the catalogue, in the reader's language, with `{name}` filled from `details`.
 */
export class AppError extends Error {
  readonly code: string
  readonly status: number
  readonly details: Record<string, unknown> | undefined

  constructor(code: string, status: number, message = code, details?: Record<string, unknown>) {
    super(message)
    this.name = 'AppError'
    this.code = code
    this.status = status
    this.details = details
  }
}

/** Seconds after which somebody who met 503 may come again; said in `Retry-After`. */
export const RETRY_AFTER_S = '1'

/** One row of an error catalogue (`contract/src/<module>/errors.ts`): HTTP status and both texts. */
export interface ErrorText {
  status: number
  zh: string
  en: string
}
export type ErrorCatalogue = Record<string, ErrorText>

/** Build a thrower bound to one catalogue, so that a code which is not in it does not compile. */
export const thrower =
  <C extends ErrorCatalogue>(catalogue: C) =>
  (code: keyof C & string, details?: Record<string, unknown>): AppError =>
    new AppError(code, catalogue[code]!.status, catalogue[code]!.en, details)

/** Fill `{name}` from details; unknown names stay visible so that a wrong text is noticed. */
export function fillText(text: string, details: Record<string, unknown> | undefined): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = details?.[name]
    return value === undefined || value === null ? whole : typeof value === 'object' ? JSON.stringify(value) : String(value)
  })
}
