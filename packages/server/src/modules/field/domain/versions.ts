import { createHash } from 'node:crypto'

/** A short name of a state of data: equal data, equal name. */
export const shortHash = (...parts: unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22)

/** The version of a table of code words. */
export const phaseVersion = (words: object): string => shortHash(words)
