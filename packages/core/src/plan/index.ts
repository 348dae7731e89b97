export * from './guide/index.ts'
export * from './solve/index.ts'
