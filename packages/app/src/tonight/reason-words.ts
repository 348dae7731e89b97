import { GATE_REASONS, REASONS } from '@nocturne/core/night'

/** A reason's sentence and its rule; the code itself where it is of another release. */
export function reasonWords(code: string): { readonly says: string; readonly rule: string } {
  if (code === 'ALLOWED') return { says: 'Every rule held, so it was done.', rule: '' }
  if (Object.hasOwn(REASONS, code)) return REASONS[code as keyof typeof REASONS]
  if (Object.hasOwn(GATE_REASONS, code)) return GATE_REASONS[code as keyof typeof GATE_REASONS]
  return { says: code, rule: '' }
}
