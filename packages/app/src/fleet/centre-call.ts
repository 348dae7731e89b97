/** What a centre said: what was asked for, that it is not done and why, or that one is nobody. */
export type CentreAnswer<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'nobody' }

/** The header that carries the word of this sign-in. */
const WORD_HEADER = 'x-nocturne-csrf'

let word = ''

/** Keeps the word of this sign-in: without it the centre takes no order from a page. */
export function keepWord(csrf: string): void {
  word = csrf
}

/**
 * Calls the centre that this page came from. A centre that cannot be reached or does not understand
 * is a refusal in words.
 */
export async function callCentre<T>(path: string, body?: object): Promise<CentreAnswer<T>> {
  try {
    const answer = await fetch(path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json', [WORD_HEADER]: word }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    if (answer.status === 401) return { kind: 'nobody' }
    const value: unknown = await answer.json().catch(() => undefined)
    if (answer.ok) return { kind: 'done', value: value as T }
    const told = value as { readonly refused?: string; readonly message?: string } | undefined
    return { kind: 'refused', why: told?.refused ?? told?.message ?? `answer ${answer.status}` }
  } catch (error) {
    return { kind: 'refused', why: `the centre cannot be reached: ${String(error)}` }
  }
}
