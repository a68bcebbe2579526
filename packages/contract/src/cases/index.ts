export * from './errors.ts'
export * from './events.ts'
export * from './flow.ts'
export * from './schemas.ts'
