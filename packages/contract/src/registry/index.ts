export * from './declaration.ts'
