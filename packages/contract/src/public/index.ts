export * from './citizen.ts'
export * from './errors.ts'
export * from './open311.ts'
export * from './review.ts'
