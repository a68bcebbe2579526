import type { DeclarationFault } from '@chengyun/contract/registry'

/** The first faults of a declaration in one line, for an error that carries the rest as details. */
export const summaryOf = (faults: readonly DeclarationFault[], language: 'zh' | 'en'): string =>
  faults
    .slice(0, 3)
    .map((f) => f[language])
    .join(language === 'zh' ? '；' : '; ') + (faults.length > 3 ? '…' : '')
