// npm run settings: writes the services' settings into docs/operations.md.
import { writeFile } from 'node:fs/promises'
import { operations, withSettings } from './settings.ts'

await writeFile(operations, await withSettings())
