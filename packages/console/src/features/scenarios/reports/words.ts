import type { KeptReport } from '@chengyun/contract/scenarios'

/** A period as it is called: the day, or the month. */
export const periodText = ({ from, to }: Pick<KeptReport, 'from' | 'to'>): string => (from === to ? from : from.slice(0, 7))
