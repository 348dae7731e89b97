export * from './personal-record.ts'
export * from './personal-series.ts'
export * from './sleep-episode.ts'
