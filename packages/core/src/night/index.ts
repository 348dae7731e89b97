export * from './governor/lease.ts'
export * from './governor/mode.ts'
export * from './loop/index.ts'
export * from './watch/index.ts'
