import { readFile } from 'node:fs/promises'
import {
  type Facility,
  type FacilityOptions,
  openFacility,
} from '../packages/facility/src/facility/index.ts'

/** A facility on free ports of this machine, without a page, whose journal is not read. */
export function openTestFacility(
  folder: string,
  more: Partial<FacilityOptions> = {},
): Promise<Facility> {
  return openFacility({
    ...{ folder, host: '127.0.0.1', port: 0, version: 'test', openEnrolment: true },
    journal: () => undefined,
    ...more,
  })
}

/** An answer: its status, and its JSON. */
// biome-ignore lint/suspicious/noExplicitAny: a test says by its expectations what it looks for.
export type Answered = { readonly status: number; readonly value: any }

/** Somebody who calls a facility with a token. */
export class Caller {
  readonly url: string
  readonly token: string

  constructor(url: string, token: string) {
    this.url = url
    this.token = token
  }

  /** The first operator, by the token that lies in the folder. */
  static async admin({ url, tokenFile }: Facility): Promise<Caller> {
    return new Caller(url, (await readFile(tokenFile, 'utf8')).trim())
  }

  /** Another operator, named by the first and signed in by invitation. */
  async second(name: string, role = 'safety-officer'): Promise<Caller> {
    await this.post('/v1/operators', { name, role })
    const { value } = await this.post(`/v1/operators/${name}/invitation`, {})
    const signIn = await fetch(`${this.url}/v1/sign-ins`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
      body: JSON.stringify({ code: value.code }),
    })
    const { csrf } = (await signIn.json()) as { csrf: string }
    const cookie = signIn.headers.get('set-cookie')!.split(';')[0]!
    const made = await fetch(`${this.url}/v1/tokens`, {
      ...{ method: 'POST', body: '{}' },
      headers: { 'content-type': 'application/json', cookie, 'x-nocturne-csrf': csrf },
    })
    const { token } = (await made.json()) as { token: string }
    return new Caller(this.url, token)
  }

  /** The JSON of a path; throws what else there was. */
  async get(path: string): Promise<Answered['value']> {
    const { status, value } = await this.call('GET', path)
    if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(value)}`)
    return value
  }

  post(path: string, body: unknown): Promise<Answered> {
    return this.call('POST', path, body)
  }

  async call(method: string, path: string, body?: unknown): Promise<Answered> {
    const answer = await fetch(this.url + path, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    return { status: answer.status, value: text === '' ? undefined : JSON.parse(text) }
  }
}
