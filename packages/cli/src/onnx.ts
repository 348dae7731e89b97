import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { OnnxRuntime, OnnxSession, OnnxTensor } from '@nocturne/core/sleep'

/** Packages that run ONNX files, the faster one first; a person installs one, or none. */
const PACKAGES: readonly string[] = ['onnxruntime-node', 'onnxruntime-web']

/** What both packages export, as far as it is used; read off version 1.30. */
type Ort = {
  readonly InferenceSession: {
    create(bytes: Uint8Array, options: Readonly<Record<string, unknown>>): Promise<OrtSession>
  }
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => OrtTensor
  readonly env?: { readonly wasm?: { numThreads?: number } }
}

type OrtSession = {
  readonly inputNames: readonly string[]
  run(inputs: Readonly<Record<string, OrtTensor>>): Promise<Readonly<Record<string, OrtTensor>>>
}

type OrtTensor = {
  readonly type: string
  readonly dims: readonly number[]
  readonly data: ArrayLike<unknown>
}

/** One thread: sums are then taken in one order, and a night has the same bytes every time. */
const OPTIONS = { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 3 } as const

/**
 * What runs ONNX files on this machine: `onnxruntime-node` or `onnxruntime-web` where a person has
 * installed one beside this program, or in `home`. Undefined where there is none. The package is
 * found now and loaded when the first network is opened.
 */
export function findOnnxRuntime(home: string): OnnxRuntime | undefined {
  const path = onnxPackagePath(home)
  if (path === undefined) return undefined
  return { open: async (bytes) => openSession(await loadOrt(path), bytes) }
}

function onnxPackagePath(home: string): string | undefined {
  for (const name of PACKAGES) {
    for (const from of [import.meta.url, join(home, 'package.json')]) {
      try {
        return createRequire(from).resolve(name)
      } catch {
        // Not installed there: the next place.
      }
    }
  }
  return undefined
}

async function loadOrt(path: string): Promise<Ort> {
  const loaded: { default?: Ort } & Partial<Ort> = await import(pathToFileURL(path).href)
  const ort = loaded.default?.InferenceSession ? loaded.default : (loaded as Ort)
  if (!ort.InferenceSession) throw new Error(`${path} has no InferenceSession`)
  if (ort.env?.wasm) ort.env.wasm.numThreads = 1
  return ort
}

async function openSession(ort: Ort, bytes: Uint8Array): Promise<OnnxSession> {
  const session = await ort.InferenceSession.create(bytes, OPTIONS)
  return {
    run: async (inputs) => {
      sameNames(Object.keys(inputs), session.inputNames)
      const feeds = Object.entries(inputs).map(([name, { data, dims }]) => {
        return [name, new ort.Tensor('float32', data, dims)] as const
      })
      return floatTensors(await session.run(Object.fromEntries(feeds)))
    },
  }
}

/** A network that wants more than the manifest gives it cannot run; say which. */
function sameNames(given: readonly string[], wanted: readonly string[]): void {
  if (given.length === wanted.length && given.every((name) => wanted.includes(name))) return
  throw new Error(`manifest input "${given.join(', ')}": the network has ${wanted.join(', ')}`)
}

/** The outputs that can hold a stager's answer; what a network says in other types is left out. */
function floatTensors(outputs: Readonly<Record<string, OrtTensor>>): Record<string, OnnxTensor> {
  const floats: Record<string, OnnxTensor> = {}
  for (const [name, { type, dims, data }] of Object.entries(outputs)) {
    if (type !== 'float32' && type !== 'float64') continue
    floats[name] = { dims: [...dims], data: Float32Array.from(data as ArrayLike<number>) }
  }
  return floats
}
