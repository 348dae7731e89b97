// A run that drops the old records of its log, to be killed: `killed-drop.ts FOLDER`.
import { dropAsItGoes } from './dropping-log.ts'

await dropAsItGoes(process.argv[2]!)
