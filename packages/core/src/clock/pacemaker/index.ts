export * from './pacemaker.ts'
