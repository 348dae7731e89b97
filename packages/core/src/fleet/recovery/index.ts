export * from './admission.ts'
export * from './ladder.ts'
export * from './spread.ts'
export * from './taper.ts'
