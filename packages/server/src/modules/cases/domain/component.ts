import type { CaseRecord } from './record.ts'

/** Whether a case can say anything of a component: it is one of a component class, or names a component. */
export const concernsComponent = (record: Pick<CaseRecord, 'kind' | 'componentId'>): boolean =>
  record.kind === 'component' || record.componentId !== null
