export * from './box-file.ts'
export * from './box-sources.ts'
export * from './disk.ts'
