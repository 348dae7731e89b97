export * from './device-key.ts'
export * from './device-link.ts'
