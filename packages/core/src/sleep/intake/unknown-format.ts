import { fail, type Result } from '../../math/result.ts'
import type { FileHead } from '../evidence/evidence-reader.ts'
import type { EvidenceCode } from '../evidence/personal-record.ts'
import { EVIDENCE_READERS } from './evidence-readers.ts'

/** What some files begin with that people try: start and what it is. */
const STARTS: readonly (readonly [string, string])[] = [
  ['%PDF', 'a PDF document'],
  ['\x89PNG', 'a PNG picture'],
  ['\xff\xd8\xff', 'a JPEG picture'],
  ['SQLite format 3', 'an SQLite database'],
  ['\xd0\xcf\x11\xe0', 'an old Excel or Word document (save it as .xlsx or .csv)'],
  ['Rar!', 'a RAR archive'],
  ['7z\xbc\xaf', 'a 7z archive'],
  ['0       ', 'an EDF recording (try nocturne read or nocturne night)'],
  ['\xffBIOSEMI', 'a BDF recording (try nocturne read or nocturne night)'],
  ['.FIT', 'a FIT activity file'],
]

/** Refuses a file that no reader knows: what it looks like, and what is understood. */
export function unknownFormat(head: FileHead, where: string): Result<never, EvidenceCode> {
  // Without their examples: the line is long enough.
  const titles = EVIDENCE_READERS.map(({ title }) => title.replace(/ \([^)]*\)/g, ''))
  const known = [...new Set(titles)].join(', ')
  return fail('UNKNOWN_FORMAT', where, looksLike(head), `one of: ${known}`)
}

function looksLike({ bytes, text }: FileHead): string {
  const start = String.fromCharCode(...bytes.subarray(0, 16))
  const known = STARTS.find(([begin]) => start.startsWith(begin))
  if (known !== undefined) return known[1]
  if (bytes[8] === 0x2e && start.slice(8, 12) === '.FIT') return 'a FIT activity file'
  if (text === '') return 'binary data of an unknown kind'
  const line = quoted(text.split('\n', 20).find((one) => one.trim() !== '') ?? '')
  if (/^\s*<(!doctype html|html)/i.test(text)) return 'a web page'
  const element = /<([A-Za-z][\w:.-]{0,40})[\s/>]/.exec(text)?.[1]
  if (/^\s*</.test(text)) return `XML of <${element ?? '?'}>`
  if (/^\s*[[{]/.test(text)) return `JSON that begins ${line}`
  return /[,;\t]/.test(line) ? `a table that begins ${line}` : `text that begins ${line}`
}

function quoted(line: string): string {
  return JSON.stringify(line.length > 60 ? `${line.slice(0, 60)}...` : line)
}
