export * from './stage/index.ts'
