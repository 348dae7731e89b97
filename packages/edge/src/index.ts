export * from './source/source.ts'
