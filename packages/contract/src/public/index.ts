export * from './errors.ts'
export * from './open311.ts'
