export * from './log/index.ts'
export * from './operator/index.ts'
