import type { CustomTypesConfig } from 'pg'

const WHOLE = [20, 21, 23]
const FRACTIONS = [700, 701, 1700]
const BOOLEAN = 16
const BYTES = 17

const readers = new Map<number, (text: string) => unknown>([
  ...[...WHOLE, ...FRACTIONS].map((type) => [type, Number] as const),
  [BOOLEAN, (text: string) => (text === 't' ? 1 : 0)],
  [BYTES, (text: string) => new Uint8Array(Buffer.from(text.slice(2), 'hex'))],
])

/** Columns as SQLite gives them: numbers, bytes, truth as 0 or 1, everything else as its words. */
export const postgresTypes: CustomTypesConfig = {
  getTypeParser: ((type: number) =>
    readers.get(type) ?? ((text: string) => text)) as CustomTypesConfig['getTypeParser'],
}
