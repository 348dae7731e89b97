import type { DeskEffect } from './desk-effect.ts'

/** What follows from one record of the desk, in order. */
export class DeskOutbox {
  readonly effects: DeskEffect[] = []

  add(effect: DeskEffect): void {
    this.effects.push(effect)
  }

  /** A line for the audit, of what was done by rule, or at an operator's word. */
  note(what: string, operator: string, why: string): void {
    this.effects.push({ kind: 'note', what, operator, why })
  }

  row(table: 'fleet' | 'rollout' | 'incident', key: string, value: unknown): void {
    this.effects.push({ kind: 'row', row: { table, key, value } })
  }
}
