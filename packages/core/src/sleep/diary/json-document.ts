import { fail, type Problem } from '../../math/result.ts'
import type { EvidenceReader } from '../evidence/evidence-reader.ts'
import type { EvidenceCode } from '../evidence/personal-record.ts'
import { type RecordBuilder, recordBuilder } from '../evidence/record-builder.ts'

/** What JSON text holds. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [name: string]: Json }

/** A JSON document is held whole; a longer one is refused (TOO_LARGE). */
const MAX_DOCUMENT_CHARS = 64 * 1024 * 1024

/** A format that is one JSON document. */
export type DocumentFormat = {
  readonly format: string
  readonly title: string
  /** Given the first 64 Ki characters of what begins with `{` or `[`. */
  recognises(text: string): boolean
  read(json: Json, record: RecordBuilder): Problem<EvidenceCode> | undefined
}

/** The reader of a JSON format. TRUNCATED when the document does not end, BAD_FIELD when broken. */
export function documentReader(format: DocumentFormat): EvidenceReader {
  return {
    format: format.format,
    title: format.title,
    takes: 'text',
    recognises: ({ text }) => /^\s*[[{]/.test(text) && format.recognises(text),
    open: (options) => {
      const record = recordBuilder(format.format, options)
      const parts: string[] = []
      let size = 0
      return {
        push(text) {
          parts.push(text)
          size += text.length
          if (size <= MAX_DOCUMENT_CHARS) return undefined
          const most = `at most ${MAX_DOCUMENT_CHARS / 1024 / 1024} Mi characters`
          return fail('TOO_LARGE', options.name ?? format.format, 'a longer document', most).problem
        },
        end() {
          const text = parts.join('')
          const parsed = parse(text)
          if (parsed === undefined) {
            const isCut = !/[\]}]\s*$/.test(text.slice(-64))
            const where = options.name ?? format.format
            return fail(isCut ? 'TRUNCATED' : 'BAD_FIELD', where, 'broken JSON', 'a whole document')
          }
          const problem = format.read(parsed.value, record)
          return problem === undefined ? record.finish() : { ok: false, problem }
        },
      }
    },
  }
}

function parse(text: string): { value: Json } | undefined {
  try {
    return { value: JSON.parse(text) as Json }
  } catch {
    return undefined
  }
}

/** A field of an object; undefined when there is none (or it is null) or `json` is no object. */
export function fieldOf(json: Json | undefined, name: string): Json | undefined {
  if (json === null || typeof json !== 'object' || Array.isArray(json)) return undefined
  const fields = json as { readonly [name: string]: Json }
  return Object.hasOwn(fields, name) ? (fields[name] ?? undefined) : undefined
}

/** A field that is text; undefined when it is something else. */
export function textOf(json: Json | undefined, name: string): string | undefined {
  const field = fieldOf(json, name)
  return typeof field === 'string' ? field : undefined
}

/** A field that is a number, or text of one; undefined when it is something else or not finite. */
export function numberOf(json: Json | undefined, name: string): number | undefined {
  const field = fieldOf(json, name)
  const value =
    typeof field === 'number'
      ? field
      : typeof field === 'string' && field.trim() !== ''
        ? Number(field)
        : Number.NaN
  return Number.isFinite(value) ? value : undefined
}

/** The document when it is a list, else the first of its named fields that is one, else none. */
export function listOf(json: Json | undefined, ...names: readonly string[]): readonly Json[] {
  if (Array.isArray(json)) return json as readonly Json[]
  for (const name of names) {
    const field = fieldOf(json, name)
    if (Array.isArray(field)) return field as readonly Json[]
  }
  return []
}
