/** Reads codes with the camera where the browser can; nothing of a picture leaves the telephone. */
interface Detector {
  detect(source: CanvasImageSource | Blob): Promise<readonly { readonly rawValue: string }[]>
}

declare global {
  interface Window {
    BarcodeDetector?: new (options: { formats: readonly string[] }) => Detector
  }
}

/** ms between two looks. */
const EVERY = 200

export function canDetect(): boolean {
  return 'BarcodeDetector' in window
}

function detector(): Detector | null {
  return window.BarcodeDetector ? new window.BarcodeDetector({ formats: ['qr_code'] }) : null
}

/** The first code in a photo; null where none is found. */
export async function detectIn(photo: Blob): Promise<string | null> {
  const image = await createImageBitmap(photo)
  try {
    return (await detector()?.detect(image))?.[0]?.rawValue ?? null
  } finally {
    image.close()
  }
}

/** Looks through the camera until the returned function is called; throws where it can't be opened. */
export async function watchCamera(video: HTMLVideoElement, found: (text: string) => void): Promise<() => void> {
  const reader = detector()
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' }, audio: false })
  video.srcObject = stream
  await video.play()
  const timer = setInterval(() => {
    void reader?.detect(video).then(([first]) => first && found(first.rawValue), () => undefined)
  }, EVERY)
  return () => {
    clearInterval(timer)
    for (const track of stream.getTracks()) track.stop()
    video.srcObject = null
  }
}
