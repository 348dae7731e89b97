export * from './hypnogram/index.ts'
export * from './stage/index.ts'
