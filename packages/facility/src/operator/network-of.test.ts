import { describe, expect, it } from 'vitest'
import { networkOf } from './network-of.ts'

describe('what counts as one caller', () => {
  it('is an address of IPv4, also where it is written as one of IPv6', () => {
    expect(networkOf('203.0.113.9')).toBe('203.0.113.9')
    expect(networkOf('::ffff:203.0.113.9')).toBe('203.0.113.9')
    expect(networkOf('')).toBe('')
  })

  it('is the network of an address of IPv6, however it is written', () => {
    const one = networkOf('2001:db8:0:7::1')
    expect(one).toBe('2001:db8:0:7::/64')
    for (const same of ['2001:db8:0:7:a:b:c:d', '2001:0DB8:0:7::ffff', '2001:db8:0:7::1%eth0']) {
      expect(networkOf(same)).toBe(one)
    }
    expect(networkOf('2001:db8:0:8::1')).not.toBe(one)
    expect(networkOf('2001:db8::1')).toBe('2001:db8:0:0::/64')
    expect(networkOf('fe80::1%2')).toBe('fe80:0:0:0::/64')
  })
})
