/** A program for tests: writes a toy night to the box it is told, and says what is acknowledged. */
import { writeSync } from 'node:fs'
import { openBoxFile } from '../packages/edge/src/box-file/box-file.ts'
import { TOY_LATTICE, toyRecords } from './made-up-box.ts'
import { toyHeader, toyInputs } from './toy-loop.ts'

const records = toyRecords(toyHeader(), toyInputs(200))
const box = await openBoxFile(process.argv[2]!, { lattices: [TOY_LATTICE, TOY_LATTICE] })
box.onDurable((count) => writeSync(1, `${count}\n`))
writeSync(1, '0\n')
for (const [k, record] of records.entries()) {
  box.append(record)
  // Now and then it waits for the medium, so that there is more than one acknowledgement.
  if (k % 25 === 0) await box.flush()
}
await box.close()
