export * from './release-shelf.ts'
