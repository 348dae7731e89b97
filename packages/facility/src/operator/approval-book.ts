import type { Result } from '@nocturne/core/math'
import type { StorePort } from '../store/store-port.ts'
import { type Answer, type ApprovalCode, type Approvals, living, NO_APPROVALS } from './approval.ts'

/** One row: all that waits, as it was last. */
const TABLE = 'CREATE TABLE IF NOT EXISTS approvals (one BIGINT PRIMARY KEY, value TEXT NOT NULL)'
const READ = 'SELECT value FROM approvals WHERE one = 1'
const PUT = `INSERT INTO approvals (one, value) VALUES (1, ?)
  ON CONFLICT (one) DO UPDATE SET value = excluded.value`

/**
 * What waits for its second person, in the store: it outlives the process with the moment at which
 * it is forgotten, and is the same on every machine of a centre. Rule F85 of SPEC.md.
 */
export class ApprovalBook {
  readonly #store: StorePort

  private constructor(store: StorePort) {
    this.#store = store
  }

  /** Opens the book, its table made when it is not there. */
  static async open(store: StorePort): Promise<ApprovalBook> {
    await store.run(TABLE)
    return new ApprovalBook(store)
  }

  /** What waits at a moment, unix ms. */
  async at(atMs: number): Promise<Approvals> {
    return living(await readFrom(this.#store), atMs)
  }

  /**
   * Takes a step of what waits; resolves when its outcome is in the store. A step is a function of
   * what waits alone, and one at a time: nothing is approved twice.
   */
  change(
    step: (before: Approvals) => Result<Answer, ApprovalCode>,
  ): Promise<Result<Answer, ApprovalCode>> {
    return this.#store.transaction(async (within) => {
      const answer = step(await readFrom(within))
      if (answer.ok) await within.run(PUT, [JSON.stringify(answer.value.approvals)])
      return answer
    })
  }
}

async function readFrom(store: StorePort): Promise<Approvals> {
  const [row] = await store.all(READ)
  return row === undefined ? NO_APPROVALS : (JSON.parse(String(row.value)) as Approvals)
}
