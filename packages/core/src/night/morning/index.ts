export * from './earlier-nights.ts'
export * from './stimulus-phase.ts'
