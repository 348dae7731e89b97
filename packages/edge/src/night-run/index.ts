export * from './actor.ts'
export * from './night-run.ts'
export * from './night-tally.ts'
