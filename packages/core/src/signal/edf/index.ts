export * from './header.ts'
export * from './reader.ts'
export type { TimeWindow } from './sample-reader.ts'
