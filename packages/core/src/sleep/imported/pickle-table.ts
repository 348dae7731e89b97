import { fail, ok, type Result } from '../../math/result.ts'
import type { ModelCode } from '../stage/model-code.ts'

/**
 * What a pickle of a tensor table can hold here. Nothing in it can run: names are only compared.
 */
export type PickleValue =
  | null
  | boolean
  | number
  | string
  | { readonly kind: 'tuple' | 'list'; readonly items: PickleValue[] }
  | { readonly kind: 'dict'; readonly entries: Map<string, PickleValue> }
  | { readonly kind: 'global'; readonly name: string }
  | { readonly kind: 'storage'; readonly key: string; readonly count: number }
  | PickledTensor

/** A tensor's place: elements `offset`, `offset + 1`, … of the storage `key`, row by row. */
export type PickledTensor = {
  readonly kind: 'tensor'
  readonly key: string
  readonly offset: number
  readonly shape: readonly number[]
}

/** Steps after which a pickle is given up: a table of a thousand tensors needs some 50,000. */
const MAX_STEPS = 1_000_000

type Machine = {
  readonly bytes: Uint8Array
  readonly view: DataView
  at: number
  stack: PickleValue[]
  readonly marks: PickleValue[][]
  readonly memo: Map<number, PickleValue>
}

/** Thrown inside this file only, and turned into a `Problem` at its edge. */
type Refusal = { readonly refused: string; readonly expected: string }

/**
 * Reads one pickle from byte `at` as data, without running anything: a machine of 30 opcodes that
 * knows dictionaries, tuples, numbers, text and exactly two names, `collections.OrderedDict` and
 * `torch._utils._rebuild_tensor_v2`, and refuses all else. Returns the value and the byte after it.
 */
export function readPickleTable(
  bytes: Uint8Array,
  at: number,
): Result<{ readonly value: PickleValue; readonly next: number }, ModelCode> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const machine: Machine = { bytes, view, at, stack: [], marks: [], memo: new Map() }
  try {
    for (let step = 0; step < MAX_STEPS; step++) {
      const opcode = take(machine, 1)
      const code = bytes[opcode]!
      if (code === 0x2e) return ok({ value: pop(machine), next: machine.at })
      if (!runLiteral(machine, code) && !runContainer(machine, code)) {
        throw refusal(`opcode 0x${code.toString(16)}`, 'an opcode of a tensor table')
      }
    }
    throw refusal(`more than ${MAX_STEPS} steps`, 'a small table')
  } catch (error) {
    if (!isRefusal(error)) throw error
    return fail('MODEL_FORMAT', `pickle byte ${machine.at}`, error.refused, error.expected)
  }
}

/** Opcodes that push a literal, or that touch the memo. Returns false for any other. */
function runLiteral(m: Machine, code: number): boolean {
  switch (code) {
    case 0x80: // PROTO
      if (m.bytes[take(m, 1)]! > 3) throw refusal('a later protocol', 'pickle protocol 2 or 3')
      return true
    case 0x4e: // NONE
      return push(m, null)
    case 0x88: // NEWTRUE
      return push(m, true)
    case 0x89: // NEWFALSE
      return push(m, false)
    case 0x4a: // BININT
      return push(m, m.view.getInt32(take(m, 4), true))
    case 0x4b: // BININT1
      return push(m, m.bytes[take(m, 1)]!)
    case 0x4d: // BININT2
      return push(m, m.view.getUint16(take(m, 2), true))
    case 0x8a: // LONG1
      return push(m, longNumber(m))
    case 0x58: // BINUNICODE
      return push(m, asciiText(m, m.view.getUint32(take(m, 4), true)))
    case 0x63: // GLOBAL
      return push(m, { kind: 'global', name: `${line(m)}.${line(m)}` })
    case 0x71: // BINPUT
      return remember(m, m.bytes[take(m, 1)]!)
    case 0x72: // LONG_BINPUT
      return remember(m, m.view.getUint32(take(m, 4), true))
    case 0x68: // BINGET
      return recall(m, m.bytes[take(m, 1)]!)
    case 0x6a: // LONG_BINGET
      return recall(m, m.view.getUint32(take(m, 4), true))
    default:
      return false
  }
}

/** Opcodes that build containers, and the two calls that are understood. False for any other. */
function runContainer(m: Machine, code: number): boolean {
  switch (code) {
    case 0x28: // MARK
      m.marks.push(m.stack)
      m.stack = []
      return true
    case 0x7d: // EMPTY_DICT
      return push(m, { kind: 'dict', entries: new Map() })
    case 0x5d: // EMPTY_LIST
      return push(m, { kind: 'list', items: [] })
    case 0x29: // EMPTY_TUPLE
      return push(m, { kind: 'tuple', items: [] })
    case 0x85: // TUPLE1
    case 0x86: // TUPLE2
    case 0x87: // TUPLE3
      return push(m, { kind: 'tuple', items: popMany(m, code - 0x84) })
    case 0x74: // TUPLE
      return push(m, { kind: 'tuple', items: popMark(m) })
    case 0x61: // APPEND
      return append(m, popMany(m, 1))
    case 0x65: // APPENDS
      return append(m, popMark(m))
    case 0x73: // SETITEM
      return setItems(m, popMany(m, 2))
    case 0x75: // SETITEMS
      return setItems(m, popMark(m))
    case 0x51: // BINPERSID
      return push(m, storageOf(pop(m)))
    case 0x52: // REDUCE
      return push(m, rebuilt(popMany(m, 2)))
    case 0x62: // BUILD: the table's version notes, of no use here
      pop(m)
      return true
    default:
      return false
  }
}

/** `('storage', torch.FloatStorage, key, device, count, …)`. */
function storageOf(id: PickleValue): PickleValue {
  const [tag, type, key, , count] = tupleItems(id)
  if (tag !== 'storage' || typeof key !== 'string' || !isCount(count)) {
    throw refusal('another persistent name', 'a storage')
  }
  if (nameOf(type) !== 'torch.FloatStorage') throw refusal(nameOf(type), 'torch.FloatStorage')
  return { kind: 'storage', key, count }
}

function rebuilt([callee, args]: PickleValue[]): PickleValue {
  const name = nameOf(callee)
  const items = tupleItems(args)
  if (name === 'collections.OrderedDict' && items.length === 0) {
    return { kind: 'dict', entries: new Map() }
  }
  if (name !== 'torch._utils._rebuild_tensor_v2') {
    throw refusal(`a call of ${name}`, 'nothing to be called')
  }
  const [storage, offset, size, stride] = items
  const shape = tupleItems(size)
  if (
    !isObject(storage) ||
    storage.kind !== 'storage' ||
    !isCount(offset) ||
    !shape.every(isCount)
  ) {
    throw refusal('a malformed tensor', 'storage, offset, shape, strides')
  }
  const elements = shape.reduce((product, n) => product * n, 1)
  if (offset + elements > storage.count) throw refusal('a tensor past its storage', 'one inside')
  if (!isRowMajor(shape, tupleItems(stride))) throw refusal('a strided tensor', 'row-major')
  return { kind: 'tensor', key: storage.key, offset, shape }
}

function isRowMajor(shape: readonly number[], strides: readonly PickleValue[]): boolean {
  let expected = 1
  for (let i = shape.length - 1; i >= 0; i--) {
    if (shape[i] !== 1 && strides[i] !== expected) return false
    expected *= shape[i]!
  }
  return true
}

function append(m: Machine, items: PickleValue[]): boolean {
  const list = m.stack[m.stack.length - 1]
  if (!isObject(list) || list.kind !== 'list') throw refusal('items without a list', 'a list')
  for (const item of items) list.items.push(item)
  return true
}

function setItems(m: Machine, items: PickleValue[]): boolean {
  const dict = m.stack[m.stack.length - 1]
  if (!isObject(dict) || dict.kind !== 'dict') throw refusal('items without a dict', 'a dict')
  for (let i = 0; i + 1 < items.length; i += 2) {
    const key = items[i]
    if (typeof key !== 'string') throw refusal('a key that is not text', 'text')
    dict.entries.set(key, items[i + 1]!)
  }
  return true
}

function longNumber(m: Machine): number {
  const length = m.bytes[take(m, 1)]!
  const start = take(m, length)
  let value = 0
  for (let i = length - 1; i >= 0; i--) value = value * 256 + m.bytes[start + i]!
  return value
}

function asciiText(m: Machine, length: number): string {
  const start = take(m, length)
  if (length > 4096) throw refusal(`${length} letters`, 'a short name')
  return String.fromCharCode(...m.bytes.subarray(start, start + length))
}

function line(m: Machine): string {
  let end = m.at
  while (end < m.bytes.length && end - m.at < 200 && m.bytes[end] !== 10) end++
  if (m.bytes[end] !== 10) throw refusal('an unended name', 'a line')
  const text = String.fromCharCode(...m.bytes.subarray(m.at, end))
  m.at = end + 1
  return text
}

/** The byte where `count` bytes begin; refuses to pass the end. */
function take(m: Machine, count: number): number {
  const start = m.at
  if (start + count > m.bytes.length) throw refusal('the end of the bytes', 'a STOP first')
  m.at += count
  return start
}

function push(m: Machine, value: PickleValue): true {
  m.stack.push(value)
  return true
}

function pop(m: Machine): PickleValue {
  const value = m.stack.pop()
  if (value === undefined) throw refusal('an empty stack', 'a value')
  return value
}

function popMany(m: Machine, count: number): PickleValue[] {
  if (m.stack.length < count) throw refusal('an empty stack', `${count} values`)
  return m.stack.splice(m.stack.length - count, count)
}

function popMark(m: Machine): PickleValue[] {
  const items = m.stack
  const below = m.marks.pop()
  if (below === undefined) throw refusal('no mark', 'a mark')
  m.stack = below
  return items
}

function remember(m: Machine, index: number): true {
  const value = m.stack[m.stack.length - 1]
  if (value === undefined) throw refusal('an empty stack', 'a value to remember')
  m.memo.set(index, value)
  return true
}

function recall(m: Machine, index: number): true {
  const value = m.memo.get(index)
  if (value === undefined) throw refusal(`memo ${index}`, 'a remembered value')
  return push(m, value)
}

function tupleItems(value: PickleValue | undefined): PickleValue[] {
  if (!isObject(value) || value.kind !== 'tuple') throw refusal('no tuple', 'a tuple')
  return value.items
}

function nameOf(value: PickleValue | undefined): string {
  return isObject(value) && value.kind === 'global' ? value.name : 'something without a name'
}

function isObject(
  value: PickleValue | undefined,
): value is Exclude<PickleValue, null | boolean | number | string> {
  return typeof value === 'object' && value !== null
}

function isCount(value: PickleValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function refusal(refused: string, expected: string): Refusal {
  return { refused, expected }
}

function isRefusal(error: unknown): error is Refusal {
  return typeof error === 'object' && error !== null && 'refused' in error
}
