export * from './evidence-readers.ts'
export * from './merge-records.ts'
export * from './read-personal-record.ts'
