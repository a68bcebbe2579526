export * from './batch.ts'
export * from './declaration.ts'
export * from './errors.ts'
export * from './events.ts'
