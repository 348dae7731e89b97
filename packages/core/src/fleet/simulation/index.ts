export * from './flaw.ts'
export * from './ordeal.ts'
export * from './storm.ts'
