export * from './recording.ts'
export * from './source.ts'
