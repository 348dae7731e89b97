export * from './logger-readers.ts'
