/** A photo made smaller on the telephone, upright, as JPEG: some hundred kB instead of many MB. */
import type { QueuedPhoto } from './kinds'

const LONG = 1920
const SMALL = 240

function drawn(image: ImageBitmap, long: number): HTMLCanvasElement {
  const scale = Math.min(1, long / Math.max(image.width, image.height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(image.width * scale))
  canvas.height = Math.max(1, Math.round(image.height * scale))
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
  return canvas
}

/** Throws where the browser can't open it. */
export async function scaled(file: Blob): Promise<QueuedPhoto> {
  const image = await createImageBitmap(file)
  try {
    const whole = drawn(image, LONG)
    const bytes = await new Promise<Blob | null>((resolve) => whole.toBlob(resolve, 'image/jpeg', 0.82))
    if (!bytes) throw new Error('no JPEG')
    return { bytes, small: drawn(image, SMALL).toDataURL('image/jpeg', 0.6) }
  } finally {
    image.close()
  }
}
