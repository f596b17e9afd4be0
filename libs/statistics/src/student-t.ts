// With so many degrees of freedom t is the normal distribution to four digits.
const mostDegrees = 10_000

/**
 * The p-quantile of Student's t, 0.5 ≤ p < 1, with a whole number of degrees of freedom from 1;
 * Infinity stands for the normal distribution. Right to 1.3e-4 of its value, and to ten digits
 * up to 10 000 degrees.
 */
export function tQuantile(p: number, degreesOfFreedom: number): number {
  const degrees = Math.min(degreesOfFreedom, mostDegrees)
  let [low, high] = [0, Math.PI / 2]
  for (let halvings = 0; halvings < 60; halvings++) {
    const middle = (low + high) / 2
    if (massWithin(middle, degrees) < 2 * p - 1) low = middle
    else high = middle
  }
  return Math.sqrt(degrees) * Math.tan(low)
}

/**
 * P(|T| ≤ √degrees · tan(angle)): for whole degrees of freedom a finite series (Abramowitz and
 * Stegun, 26.7.3 and 26.7.4), so that neither a table nor an incomplete beta function is needed.
 */
function massWithin(angle: number, degrees: number): number {
  const isOdd = degrees % 2 === 1
  const cosine = Math.cos(angle)
  let [sum, term] = [0, isOdd ? cosine : 1]
  for (let power = isOdd ? 1 : 0; power <= degrees - 2; power += 2) {
    sum += term
    term *= ((power + 1) / (power + 2)) * cosine ** 2
  }
  const mass = Math.sin(angle) * sum
  return isOdd ? (2 / Math.PI) * (angle + mass) : mass
}
