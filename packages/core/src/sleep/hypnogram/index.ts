export * from './hypnogram.ts'
export * from './wall-clock.ts'
