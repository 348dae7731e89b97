import { fail, ok, type Result } from '../../math/result.ts'
import type { ModelCode } from '../stage/model-code.ts'
import { type PickledTensor, type PickleValue, readPickleTable } from './pickle-table.ts'

/** A table of numbers, row by row. */
export type Tensor = { readonly shape: readonly number[]; readonly data: Float32Array }

/** The number that opens every file of PyTorch's first format, as its ten bytes. */
const MAGIC = [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]
const HEADER_BYTES = 15
const PROTOCOL = 1001

/** True when the bytes begin like a state saved by PyTorch before 1.6. */
function looksLikeTorch(bytes: Uint8Array): boolean {
  return bytes.length > HEADER_BYTES && MAGIC.every((byte, i) => bytes[4 + i] === byte)
}

/**
 * The 32-bit float tensors of a PyTorch state file (the format before version 1.6) by name. The
 * file's pickles are read as a table, never run. Weights keep their bits; byte order must be
 * little-endian.
 */
export function readTorchTensors(bytes: Uint8Array): Result<Map<string, Tensor>, ModelCode> {
  if (!looksLikeTorch(bytes)) {
    return fail('MODEL_FORMAT', 'torch byte 0', 'other bytes', 'a PyTorch state (before 1.6)')
  }
  const protocol = readPickleTable(bytes, HEADER_BYTES)
  if (!protocol.ok) return protocol
  if (protocol.value.value !== PROTOCOL) {
    return fail('MODEL_FORMAT', 'torch protocol', String(protocol.value.value), `${PROTOCOL}`)
  }
  const system = readPickleTable(bytes, protocol.value.next)
  if (!system.ok) return system
  if (entriesOf(system.value.value)?.get('little_endian') !== true) {
    return fail('MODEL_UNSUPPORTED', 'torch byte order', 'big-endian', 'little-endian')
  }
  const table = readPickleTable(bytes, system.value.next)
  if (!table.ok) return table
  const keys = readPickleTable(bytes, table.value.next)
  if (!keys.ok) return keys
  const storages = readStorages(bytes, keys.value.value, keys.value.next)
  if (!storages.ok) return storages
  return tensorsOf(entriesOf(table.value.value), storages.value)
}

/** After the pickles: for every key an 8-byte count, then that many floats. */
function readStorages(
  bytes: Uint8Array,
  keys: PickleValue,
  start: number,
): Result<Map<string, Float32Array>, ModelCode> {
  const storages = new Map<string, Float32Array>()
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const names = typeof keys === 'object' && keys?.kind === 'list' ? keys.items : []
  let at = start
  for (const key of names) {
    if (typeof key !== 'string' || storages.has(key)) {
      return fail('MODEL_FORMAT', `torch byte ${at}`, 'an unusable storage key', 'distinct text')
    }
    const left = bytes.length - at - 8
    const count = left < 0 ? Number.NaN : Number(view.getBigUint64(at, true))
    if (!(count * 4 <= left)) {
      return fail('MODEL_TRUNCATED', `torch byte ${at}`, `${left} bytes`, `${count} floats`)
    }
    const data = new Float32Array(count)
    for (let i = 0; i < count; i++) data[i] = view.getFloat32(at + 8 + 4 * i, true)
    storages.set(key, data)
    at += 8 + 4 * count
  }
  return ok(storages)
}

function tensorsOf(
  entries: Map<string, PickleValue> | undefined,
  storages: Map<string, Float32Array>,
): Result<Map<string, Tensor>, ModelCode> {
  const tensors = new Map<string, Tensor>()
  for (const [name, value] of entries ?? []) {
    if (!isTensor(value)) continue
    const length = value.shape.reduce((product, n) => product * n, 1)
    const storage = storages.get(value.key)
    if (storage === undefined || value.offset + length > storage.length) {
      return fail('MODEL_TRUNCATED', `tensor ${name}`, 'no such numbers', `${length} floats`)
    }
    const data = storage.subarray(value.offset, value.offset + length)
    tensors.set(name, { shape: value.shape, data })
  }
  return ok(tensors)
}

function entriesOf(value: PickleValue): Map<string, PickleValue> | undefined {
  return typeof value === 'object' && value?.kind === 'dict' ? value.entries : undefined
}

function isTensor(value: PickleValue): value is PickledTensor {
  return typeof value === 'object' && value?.kind === 'tensor'
}
