/** A key by which the cloud knows a thing that is sent twice. Not randomUUID: that one needs HTTPS, and pages are opened by plain addresses too. */
export const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
