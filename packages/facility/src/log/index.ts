export * from './block.ts'
export * from './log-port.ts'
export * from './segment.ts'
export * from './segment-log.ts'
