export * from './earlier-nights.ts'
export * from './night-log.ts'
export * from './night-measure.ts'
export * from './stimulus-phase.ts'
