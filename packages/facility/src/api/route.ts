import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Person } from '../operator/approval.ts'
import type { Deed } from '../operator/role.ts'
import type { Schema } from './schema.ts'

/** One call as a handler sees it; all of it was checked against the route's schemas. */
export type Call = {
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  /** Undefined where the route takes none. */
  readonly body: never
  /** Who calls; nobody on a route for anyone. */
  readonly person: Person | undefined
  /** Whether who called may still look: long answers ask again. */
  readonly isStillIn: () => Promise<boolean>
  /** Address of the other end. */
  readonly address: string
  /** The connection goes on as a stream; throws 503 where there are enough of them. */
  readonly hold: (kind: 'watchers' | 'followers') => void
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

/** Who may call: anyone, or whoever may do the deed, which can depend on what is asked. */
export type RouteDeed = 'anyone' | Deed | ((body: never) => Deed)

/** One row of the table that is served and published alike. */
export type Route = {
  readonly method: 'GET' | 'POST'
  /** As OpenAPI writes it: `/v1/devices/{device}`. */
  readonly path: string
  /** Its name in clients that are made from the document. */
  readonly name: string
  readonly summary: string
  readonly deed: RouteDeed
  /** Deeds that {@link deed} can name where it depends. */
  readonly deeds?: readonly Deed[]
  readonly params?: Readonly<Record<string, Schema>>
  readonly query?: Readonly<Record<string, Schema>>
  readonly body?: Schema
  readonly status?: number
  /** What comes back, and its type when that is not JSON. */
  readonly answer?: Schema
  readonly type?: string
  /** Not called too often from one address, as signing in is. */
  readonly isRare?: boolean
  /**
   * The answer, or undefined when the reply was taken over. Throws `ApiError`.
   */
  handle(call: Call): Promise<unknown>
}

/** Why a call is not answered as hoped: the status, and one line for a person. */
export class ApiError extends Error {
  override readonly name: string = 'ApiError'
  readonly status: number
  /** Why in a word, for a program. */
  readonly refused: string | undefined

  constructor(status: number, message: string, refused?: string) {
    super(message)
    this.status = status
    this.refused = refused
  }
}

/** It is not done, and why in a word: 409. */
export function refused(why: string): ApiError {
  return new ApiError(409, `refused: ${why}`, why)
}

/** There is nothing of that name: 404. */
export function nothing(what: string): ApiError {
  return new ApiError(404, `${what}: got nothing of that name`)
}
