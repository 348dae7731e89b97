/** The letters of a text as bytes, one each. */
export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0))
}

/** A tar archive of regular files, as RobustSleepNet's model files are. */
export function writeTar(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const blocks: Uint8Array[] = []
  for (const [name, content] of Object.entries(files)) {
    const header = new Uint8Array(512)
    header.set(ascii(name), 0)
    header.set(ascii(`${content.length.toString(8).padStart(11, '0')}\0`), 124)
    header.set(ascii('0ustar  '), 156)
    header.set(ascii('ustar'), 257)
    header.set(ascii('        '), 148)
    const sum = header.reduce((total, byte) => total + byte, 0)
    header.set(ascii(`${sum.toString(8).padStart(6, '0')}\0 `), 148)
    const padded = new Uint8Array(Math.ceil(content.length / 512) * 512)
    padded.set(content)
    blocks.push(header, padded)
  }
  return joined([...blocks, new Uint8Array(1024)])
}

/** A state of PyTorch's first file format holding 32-bit float tensors, each in its own storage. */
export function writeTorchState(
  tensors: Readonly<Record<string, { shape: readonly number[]; data: readonly number[] }>>,
): Uint8Array {
  const names = Object.keys(tensors)
  const magic = [
    0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e,
  ]
  const system = [0x80, 2, 0x7d, 0x28, ...text('little_endian'), 0x88, 0x75, 0x2e]
  const table = [0x80, 2, 0x7d, 0x28]
  const data: number[] = []
  names.forEach((name, i) => {
    const { shape, data: values } = tensors[name]!
    table.push(...text(name), ...tensorOpcodes(`${i}`, shape, values.length))
    data.push(...bytesOf(new BigInt64Array([BigInt(values.length)])))
    data.push(...bytesOf(Float32Array.from(values)))
  })
  table.push(0x75, 0x2e)
  const keys = [0x80, 2, 0x5d, 0x28, ...names.flatMap((_, i) => text(`${i}`)), 0x65, 0x2e]
  return Uint8Array.from([
    ...magic,
    0x80,
    2,
    0x4d,
    0xe9,
    3,
    0x2e,
    ...system,
    ...table,
    ...keys,
    ...data,
  ])
}

function tensorOpcodes(key: string, shape: readonly number[], count: number): number[] {
  const strides = shape.map((_, i) => shape.slice(i + 1).reduce((product, n) => product * n, 1))
  return [
    ...global('torch._utils', '_rebuild_tensor_v2'),
    0x28,
    0x28,
    ...text('storage'),
    ...global('torch', 'FloatStorage'),
    ...text(key),
    ...text('cpu'),
    ...int(count),
    0x4e,
    0x74,
    0x51,
    ...int(0),
    0x28,
    ...shape.flatMap(int),
    0x74,
    0x28,
    ...strides.flatMap(int),
    0x74,
    0x89,
    ...global('collections', 'OrderedDict'),
    0x29,
    0x52,
    0x74,
    0x52,
  ]
}

function global(module: string, name: string): number[] {
  return [0x63, ...ascii(`${module}\n${name}\n`)]
}

function text(letters: string): number[] {
  return [0x58, ...bytesOf(new Int32Array([letters.length])), ...ascii(letters)]
}

function int(value: number): number[] {
  return [0x4a, ...bytesOf(new Int32Array([value]))]
}

function bytesOf(values: Int32Array | BigInt64Array | Float32Array): Uint8Array {
  return new Uint8Array(values.buffer)
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((total, part) => total + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}
