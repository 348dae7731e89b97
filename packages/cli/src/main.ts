import { nocturne, processIo } from './nocturne.ts'

process.exitCode = await nocturne(process.argv.slice(2), processIo())
