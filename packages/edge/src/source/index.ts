export * from './file-bytes.ts'
export * from './muse-source.ts'
export * from './open-source.ts'
export * from './source.ts'
