/** The value below which a share of the figures lies. */
function quantile(figures: number[], share: number): number {
  const sorted = [...figures].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}

/** Median, 99 % and the largest, in words. */
export function spread(figures: number[], unit = 'ms'): string {
  const [p50, p99, max] = [quantile(figures, 0.5), quantile(figures, 0.99), Math.max(...figures)]
  return `p50 ${p50.toFixed(0)} ${unit}, p99 ${p99.toFixed(0)} ${unit}, max ${max.toFixed(0)} ${unit} (n = ${figures.length})`
}
