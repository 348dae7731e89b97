import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { ascii, writeTorchState } from '#test/model-files.ts'
import { hasShared, SHARED_MISSING, sharedPath } from '#test/shared.ts'
import { readPickleTable } from './pickle-table.ts'
import { readTar } from './tar.ts'
import { readTorchTensors } from './torch-tensors.ts'

const state = writeTorchState({
  'layer.weight': { shape: [2, 3], data: [1, 2, 3, 4, 5, 6] },
  'layer.bias': { shape: [2], data: [-1, 0.5] },
})

test('a PyTorch state is read as a table of names, shapes and numbers', () => {
  const tensors = readTorchTensors(state)
  if (!tensors.ok) throw new Error(tensors.problem.got)
  expect([...tensors.value.keys()]).toEqual(['layer.weight', 'layer.bias'])
  expect(tensors.value.get('layer.weight')?.shape).toEqual([2, 3])
  expect([...tensors.value.get('layer.weight')!.data]).toEqual([1, 2, 3, 4, 5, 6])
  expect([...tensors.value.get('layer.bias')!.data]).toEqual([-1, 0.5])
})

test('a pickle that wants to call anything else is refused, and nothing is called', () => {
  const evil = ascii('\x80\x02cos\nsystem\n(X\x02\x00\x00\x00lstR.')
  const read = readPickleTable(evil, 0)
  expect(read.ok ? '' : read.problem.got).toBe('a call of os.system')
  const names = [...'\x80\x02cbuiltins\neval\n.'].join('')
  expect(readPickleTable(ascii(names), 0)).toMatchObject({ ok: true })
  const unknown = readPickleTable(ascii('\x80\x02i\n.'), 0)
  expect(unknown.ok ? '' : unknown.problem.got).toBe('opcode 0x69')
})

test('a state cut anywhere is a problem, never an exception', () => {
  for (let length = 0; length < state.length; length++) {
    expect(readTorchTensors(state.subarray(0, length)).ok).toBe(false)
  }
})

describe.skipIf(!hasShared('models/robustsleepnet'))(`published states (${SHARED_MISSING})`, () => {
  test('a RobustSleepNet state holds 49 tensors of 180,343 numbers', () => {
    const file = readFileSync(
      sharedPath('models/robustsleepnet/0dfcee73-055a-4c4d-929c-8fdf630e14f1.gz'),
    )
    const files = readTar(new Uint8Array(file))
    if (!files.ok) throw new Error(files.problem.got)
    const tensors = readTorchTensors(files.value.get('state.torch')!)
    if (!tensors.ok) throw new Error(tensors.problem.got)
    expect(tensors.value.size).toBe(49)
    expect([...tensors.value.values()].reduce((n, { data }) => n + data.length, 0)).toBe(180343)
    expect(tensors.value.get('encoder_eeg.encoder.gru.weight_ih_l0')?.shape).toEqual([192, 128])
  })
})
