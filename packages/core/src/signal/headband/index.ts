export * from './cyton.ts'
export * from './muse.ts'
export * from './sample-clock.ts'
export * from './sequence.ts'
