import type { ModelOrigin } from './messages.ts'

const MODEL_KEY = 'nocturne.model'

/** The shipped stager that was chosen last in this browser; `starter` where nothing is remembered. */
export function rememberedModel(): ModelOrigin & string {
  try {
    return localStorage.getItem(MODEL_KEY) === 'starter-live' ? 'starter-live' : 'starter'
  } catch {
    return 'starter'
  }
}

/** Remembers a shipped stager; a browser that keeps nothing is no problem. */
export function rememberModel(model: ModelOrigin & string): void {
  try {
    localStorage.setItem(MODEL_KEY, model)
  } catch {
    // A private window: the choice lasts until the page is closed.
  }
}
