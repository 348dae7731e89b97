/** A named block of 32-bit floats on its way into or out of a network. */
export type OnnxTensor = { readonly dims: readonly number[]; readonly data: Float32Array }

/** A loaded network. Rejects when it cannot run on these inputs. */
export type OnnxSession = {
  run(inputs: Readonly<Record<string, OnnxTensor>>): Promise<Readonly<Record<string, OnnxTensor>>>
}

/**
 * What runs ONNX files: a shell makes one from `onnxruntime-node` or `onnxruntime-web` where the
 * user has installed it. The core itself never loads either.
 */
export type OnnxRuntime = {
  open(bytes: Uint8Array): Promise<OnnxSession>
}
