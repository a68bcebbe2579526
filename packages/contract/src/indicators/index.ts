/** Indicators: what is counted, how, and the shapes of the numbers on the wire. Pure, for server and browser (standards §2.16). */
export * from './condition.ts'
export * from './days.ts'
export * from './definitions.ts'
export * from './errors.ts'
export * from './expression.ts'
export * from './measures.ts'
export * from './schemas.ts'
