export * from './source/index.ts'
export * from './output/index.ts'
