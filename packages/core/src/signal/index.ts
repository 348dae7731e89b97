export * from './edf/index.ts'
export * from './recording.ts'
export * from './source.ts'
