export * from './open-source.ts'
export * from './source.ts'
