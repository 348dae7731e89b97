export * from './source/source.ts'
export * from './output/index.ts'
