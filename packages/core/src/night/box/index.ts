export * from './record.ts'
export * from './writer.ts'
