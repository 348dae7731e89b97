/** A program for tests: runs the boxes that it is given again, and tells what came of them. */
import { readFileSync } from 'node:fs'
import { engineAnswers } from './replay-program.ts'

const boxes = process.argv.slice(2).map((path) => new Uint8Array(readFileSync(path)))
console.log(JSON.stringify(await engineAnswers(boxes)))
