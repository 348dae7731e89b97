import { fail } from '../../math/result.ts'
import type { EvidenceReader } from '../evidence/evidence-reader.ts'

const MAGIC = 'SQLite format 3\0'

/** ActiGraph AGD files are SQLite databases: told, not read. */
export const agdReader: EvidenceReader = {
  format: 'actigraph-agd',
  title: 'ActiGraph AGD (told how to export it)',
  takes: 'bytes',
  recognises: ({ bytes }) => [...MAGIC].every((letter, i) => bytes[i] === letter.charCodeAt(0)),
  open(options) {
    const where = options.name ?? 'actigraph-agd'
    const refusal = fail(
      'UNKNOWN_FORMAT',
      where,
      'an SQLite database, as ActiGraph AGD files are',
      'the epochs as csv (ActiLife: File, Export)',
    )
    return { push: () => refusal.problem, end: () => refusal }
  },
}
