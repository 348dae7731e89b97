/** Pixels for each unit of a drawing: sharp on paper. */
const SCALE = 2

/** Draws an SVG as a PNG in the browser. Rejects when the browser cannot draw it. */
export async function pictureOf(svg: string): Promise<Blob> {
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }))
  try {
    const image = new Image()
    image.src = url
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = SCALE * image.width
    canvas.height = SCALE * image.height
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
    return await new Promise((resolve, reject) => {
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('got no picture'))))
    })
  } finally {
    URL.revokeObjectURL(url)
  }
}
