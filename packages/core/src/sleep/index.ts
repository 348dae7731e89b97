export * from './event/index.ts'
export * from './hypnogram/index.ts'
export * from './stage/index.ts'
export * from './synthetic/index.ts'
