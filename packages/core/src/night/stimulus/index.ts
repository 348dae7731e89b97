export * from './click-timing.ts'
export * from './titration.ts'
