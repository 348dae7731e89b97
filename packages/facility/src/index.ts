export * from './gate/index.ts'
export * from './log/index.ts'
export * from './operator/index.ts'
export * from './store/index.ts'
