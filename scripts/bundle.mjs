import { cp } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { rolldown } from 'rolldown'

// Puts each service into one file, so that it starts in a fraction of the time it takes to find, read and compile over
// a thousand: whoever takes over from a killed node is waited for. Images are made of these; a checkout runs the source.

const [outDir] = process.argv.slice(2)
if (!outDir) throw new Error('usage: node scripts/bundle.mjs <folder>')

const services = ['gateway', 'chat-ws', 'history', 'ai-worker', 'doctor']
/** These have binaries, and pg asks for the last without need. */
const external = ['uWebSockets.js', '@node-rs/argon2', 'pg-native']
/** What is no code, or cannot be bundled, goes along in its place. */
const goesAlong = ['@fastify/swagger-ui/static', 'uWebSockets.js', '@uwsjs', '@node-rs']

const bundle = await rolldown({
  input: {
    ...Object.fromEntries(services.map((name) => [name, `services/${name}/src/main.ts`])),
    migrate: 'services/history/src/migrate.ts',
  },
  platform: 'node',
  external,
  plugins: [{ name: 'keep-folders', transform: keepFolders }],
})
await bundle.write({
  dir: outDir,
  format: 'esm',
  entryFileNames: '[name].mjs',
  chunkFileNames: 'shared-[hash].mjs',
  banner: 'const bundleFolder = import.meta.dirname',
})
for (const path of goesAlong)
  await cp(join('node_modules', path), join(outDir, 'node_modules', path), { recursive: true })

/** CommonJS modules that read files beside them look where these were, seen from the bundle. */
function keepFolders(code, id) {
  if (!id.includes('node_modules') || !code.includes('__dirname')) return null
  const folder = relative(process.cwd(), dirname(id))
  return { code: code.replaceAll('__dirname', `(bundleFolder + ${JSON.stringify(`/${folder}`)})`), map: null }
}
