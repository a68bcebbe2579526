export * from './errors.ts'
export * from './events.ts'
export * from './phases.ts'
export * from './schemas.ts'
