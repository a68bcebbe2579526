import type { DeclarationFault } from '@chengyun/contract/registry'

/** The first faults of a declaration in one line of Chinese, for an error that carries the rest as details. */
export const summaryOf = (faults: readonly DeclarationFault[]): string =>
  faults
    .slice(0, 3)
    .map((f) => f.zh)
    .join('；') + (faults.length > 3 ? '…' : '')
