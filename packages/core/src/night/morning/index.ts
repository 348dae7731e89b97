export * from './earlier-nights.ts'
export * from './night-log.ts'
export * from './stimulus-phase.ts'
