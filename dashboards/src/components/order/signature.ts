/** Strokes of a signature as lines to draw. */

/** x, y, x, y … as a path; a single touch is a dot. */
export function lineOf(stroke: readonly number[]): string {
  const points: string[] = []
  for (let i = 0; i + 1 < stroke.length; i += 2) points.push(`${stroke[i]} ${stroke[i + 1]}`)
  if (points.length === 1) points.push(points[0] ?? '')
  return points.length ? `M${points.join('L')}` : ''
}
