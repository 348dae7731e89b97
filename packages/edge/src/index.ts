export * from './box-file/index.ts'
export * from './lsl/index.ts'
export * from './output/index.ts'
export * from './source/index.ts'
