export * from './click-sound.ts'
export * from './click-timing.ts'
export * from './titration.ts'
export * from './wav.ts'
