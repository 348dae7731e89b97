import type { Incident } from '@nocturne/core/fleet'
import type { StorePort, StoreValue } from '../store/store-port.ts'

/** Which devices are looked for; what is left out does not matter. */
export type DeviceFilter = {
  readonly online?: boolean
  readonly mode?: string
  readonly release?: number
  readonly district?: string
  /** Something is wrong with it. */
  readonly faulty?: boolean
  /** The begin of its name. */
  readonly prefix?: string
}

/** A page of devices by name, and where the next begins. */
export type DevicePage = { readonly devices: readonly unknown[]; readonly next?: string }

/** Longest page, rows. */
export const LONGEST_PAGE = 1000

/** A device's row; undefined where there is none. */
export async function deviceRow(store: StorePort, device: string): Promise<unknown> {
  const rows = await store.all('SELECT value FROM device_row WHERE device = ?', [device])
  return rows[0] && JSON.parse(String(rows[0].value))
}

/** Devices by name, behind `after`. */
export async function devicePage(
  store: StorePort,
  filter: DeviceFilter,
  after: string,
  limit: number,
): Promise<DevicePage> {
  const { online, mode, release, district, faulty, prefix } = filter
  const wheres: [string, StoreValue | undefined][] = [
    ['online = ?', online === undefined ? undefined : online ? 1 : 0],
    ['mode = ?', mode],
    ['release = ?', release],
    ['district = ?', district],
    [faulty === true ? 'faults >= ?' : 'faults < ?', faulty === undefined ? undefined : 1],
    ['device >= ?', prefix],
    // '~' comes after every letter of a name.
    ['device < ?', prefix === undefined ? undefined : `${prefix}~`],
  ]
  const asked = wheres.filter(([, value]) => value !== undefined)
  const most = Math.min(limit, LONGEST_PAGE)
  const rows = await store.all(
    `SELECT device, value FROM device_row WHERE ${['device > ?', ...asked.map(([where]) => where)].join(' AND ')}
     ORDER BY device LIMIT ?`,
    [after, ...asked.map(([, value]) => value!), most + 1],
  )
  const devices = rows.slice(0, most).map(({ value }) => JSON.parse(String(value)))
  const isMore = rows.length > most
  return { devices, ...(isMore && { next: String(rows[most - 1]!.device) }) }
}

/** One row of the desk; undefined where there is none. */
export async function deskRow(store: StorePort, kind: string, name: string): Promise<unknown> {
  const sql = 'SELECT value FROM desk_row WHERE kind = ? AND name = ?'
  const rows = await store.all(sql, [kind, name])
  return rows[0] && JSON.parse(String(rows[0].value))
}

/** Rows of a kind by name, at most 1,000. */
export async function deskRowsOf(
  store: StorePort,
  kind: string,
): Promise<Readonly<Record<string, unknown>>> {
  const sql = 'SELECT name, value FROM desk_row WHERE kind = ? ORDER BY name LIMIT ?'
  const rows = await store.all(sql, [kind, LONGEST_PAGE])
  return Object.fromEntries(rows.map(({ name, value }) => [name, JSON.parse(String(value))]))
}

/** Incidents that are not closed, all of them. */
export async function openIncidents(store: StorePort): Promise<readonly Incident[]> {
  // Within a text of JSON these quotes would be escaped.
  const sql = 'SELECT value FROM desk_row WHERE kind = ? AND value NOT LIKE ?'
  const rows = await store.all(sql, ['incident', '%"status":"closed"%'])
  return rows.map(({ value }) => JSON.parse(String(value)) as Incident)
}
