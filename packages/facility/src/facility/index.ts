export * from './facility.ts'
export * from './facility-error.ts'
export * from './facility-options.ts'
export * from './journal.ts'
