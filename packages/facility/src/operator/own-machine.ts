const LOOPBACK = /^(?:(?:::ffff:)?127(?:\.\d{1,3}){3}|\[?::1\]?|localhost)$/

/** What proxies say of whom they speak for. */
const FORWARDED = [
  ...['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip'],
  'via',
]

/** Whether an address, or the name of a host, is this machine's own and nobody else's. */
export function isLoopback(address: string): boolean {
  return LOOPBACK.test(address)
}

/**
 * Whether a call comes from this machine itself: from its own address, and not by a proxy that
 * speaks for somebody else. Of a proxy that does not say so nothing can be known. Rule F92.
 */
export function isOwnMachine({
  ip,
  headers,
}: {
  readonly ip: string
  readonly headers: Readonly<Record<string, unknown>>
}): boolean {
  return isLoopback(ip) && !FORWARDED.some((name) => name in headers)
}
