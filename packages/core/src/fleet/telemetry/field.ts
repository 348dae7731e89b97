import type { Canonical } from '../../night/consent/canonical.ts'
import type { Cursor } from './scan.ts'

/** One field on the wire: how it is read, and how it is written; reading never throws. */
export type Field<T> = {
  /** Its name on the wire, where it is not the field's own. */
  readonly wire?: string
  readonly expected: string
  /** Undefined for what is not of this kind. */
  read(value: unknown): T | undefined
  write(value: T): Canonical
  /**
   * The value that comes next in a message, as `read` gives it, if it is in its canonical form;
   * undefined when that is not seen so, and then `read` says why.
   */
  scan(cursor: Cursor): T | undefined
  /** What `write` gives as canonical text, where that is found with less work. */
  text?(value: T): string
}

/** Every field of a message, none left out. */
export type Shape<T> = { readonly [Name in keyof T]-?: Field<T[Name]> }
