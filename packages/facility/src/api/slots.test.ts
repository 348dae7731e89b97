import { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { Slots } from './slots.ts'

/** A socket by its address alone. */
class Line extends EventEmitter {
  readonly remoteAddress: string
  readonly remotePort: number
  readonly localPort = 1
  isOpen = true

  constructor(remoteAddress: string, remotePort: number) {
    super()
    this.remoteAddress = remoteAddress
    this.remotePort = remotePort
  }

  destroy(): void {
    if (!this.isOpen) return
    this.isOpen = false
    this.emit('close')
  }
}

let port = 0

function came(slots: Slots, address = `10.0.0.${port % 250}`): Socket & Line {
  const line = new Line(address, ++port) as unknown as Socket & Line
  slots.came(line)
  return line
}

function opens(lines: readonly Line[]): number {
  return lines.filter(({ isOpen }) => isOpen).length
}

describe('the places of HTTP (F91)', () => {
  it('are given to whoever comes while somebody is idle: the longest idle gives way', () => {
    const slots = new Slots({ people: 3 })
    const [first, second, third] = [came(slots), came(slots), came(slots)]
    slots.begin(first)
    slots.end(first)
    slots.begin(third)
    const fourth = came(slots)
    expect([first, second, third, fourth].map(({ isOpen }) => isOpen)).toEqual([
      ...[true, false, true, true],
    ])
    expect([slots.counts.people, slots.turnedAway]).toEqual([3, 1])
  })

  it('leave some for the switch when all are being answered; there the first gives way', () => {
    const slots = new Slots({ people: 2, reserved: 2 })
    const people = [came(slots), came(slots)]
    for (const each of people) expect(slots.begin(each)).toBe(true)
    const flood = Array.from({ length: 50 }, () => came(slots))
    const last = came(slots)
    // It is told that this place is for the switch alone.
    expect([slots.begin(last), last.isOpen, opens(people), opens(flood)]).toEqual([
      ...[false, true, 2, 1],
    ])
    expect(slots.hold(last, 'watchers')).toBe(false)
    slots.end(people[0]!)
    const next = came(slots)
    expect(slots.begin(next)).toBe(true)
  })

  it('of devices, watchers, followers and people are their own: none takes those of another', () => {
    const slots = new Slots({ people: 2, watchers: 1, followers: 1, devices: 3 })
    const devices = Array.from({ length: 3 }, () => {
      const line = came(slots)
      expect(slots.hold(line, 'devices')).toBe(true)
      return line
    })
    const [watcher, more] = [came(slots), came(slots)]
    for (const line of [watcher, more]) slots.begin(line)
    expect([slots.hold(watcher, 'watchers'), slots.hold(more, 'watchers')]).toEqual([true, false])
    expect(slots.hold(more, 'followers')).toBe(true)
    for (let k = 0; k < 20; k++) came(slots)
    expect(slots.counts).toEqual({
      ...{ people: 2, reserved: 0, watchers: 1, followers: 1, devices: 3 },
    })
    const fourth = came(slots)
    expect(slots.hold(fourth, 'devices')).toBe(false)
    devices[0]!.destroy()
    expect(slots.hold(fourth, 'devices')).toBe(true)
  })

  it('of one address are a share; only this machine’s own address may have all', () => {
    const slots = new Slots({ people: 100, ofAddress: 5 })
    const flood = Array.from({ length: 30 }, () => came(slots, '10.9.9.9'))
    expect(opens(flood)).toBe(5)
    for (const line of flood) if (line.isOpen) slots.begin(line)
    // One more from there is heard about the switch alone: the address may be a balancer's.
    const more = came(slots, '10.9.9.9')
    expect([more.isOpen, slots.begin(more), slots.counts.reserved]).toEqual([true, false, 1])
    expect(came(slots, '10.9.9.8').isOpen).toBe(true)
    const own = Array.from({ length: 30 }, () => came(slots, '127.0.0.1'))
    expect(opens(own)).toBe(30)
  })

  it('of one network of IPv6 are one share, however many addresses it has', () => {
    const slots = new Slots({ people: 100, ofAddress: 5 })
    const flood = Array.from({ length: 30 }, (_, k) => came(slots, `2001:db8:0:7::${k}`))
    expect(opens(flood)).toBe(5)
    expect(came(slots, '2001:db8:0:8::1').isOpen).toBe(true)
    expect([opens(flood), slots.counts.people]).toEqual([5, 6])
  })

  it('that are left for the switch are no one address’s: a quarter is, and there its first gives way', () => {
    const slots = new Slots({ people: 100, reserved: 8, ofAddress: 5 })
    for (let k = 0; k < 5; k++) slots.begin(came(slots, '10.9.9.9'))
    for (let k = 0; k < 5; k++) slots.begin(came(slots, '10.9.9.8'))
    const other = came(slots, '10.9.9.8')
    const flood = Array.from({ length: 50 }, () => came(slots, '10.9.9.9'))
    expect([opens(flood), flood.at(-1)!.isOpen, other.isOpen]).toEqual([2, true, true])
    expect(slots.counts).toMatchObject({ people: 10, reserved: 3 })
  })

  it('are counted right whatever happens in whichever order', () => {
    const slots = new Slots({ people: 4, reserved: 2, watchers: 2, followers: 2, devices: 2 })
    let seed = 7
    const next = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
      return Math.floor((seed / 2_147_483_648) * below)
    }
    const lines: (Socket & Line)[] = []
    for (let k = 0; k < 5000; k++) {
      const line = lines[next(lines.length)]
      const deed = next(6)
      if (deed === 0 || line === undefined) lines.push(came(slots))
      else if (deed === 1) slots.begin(line)
      else if (deed === 2) slots.end(line)
      else if (deed === 3)
        slots.hold(line, (['watchers', 'followers', 'devices'] as const)[next(3)]!)
      else if (deed === 4) line.destroy()
      const open = opens(lines)
      const { people, reserved, watchers, followers, devices } = slots.counts
      expect(people + reserved + watchers + followers + devices).toBe(open)
      expect([people <= 4, reserved <= 2, watchers <= 2, devices <= 2]).not.toContain(false)
    }
  })
})
