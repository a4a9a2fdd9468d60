import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

// `npm run dev -w web` serves the page with hot reload beside a running `npm start`.
const parley = 'http://localhost:8080'
const firstLoadKib = 200
/** Is run before anything is drawn, and is no part of the bundle. */
const early = 'public/look.js'

export default defineConfig({
  resolve: { alias: { 'typebox/compile': join(import.meta.dirname, 'src/compile.ts') } },
  plugins: [react(), tailwindcss(), budget(firstLoadKib)],
  build: {
    assetsInlineLimit: 0, // the page's Content-Security-Policy takes fonts from files only
    // Schemas of what the page does not check itself stay out of it.
    rolldownOptions: {
      treeshake: { manualPureFunctions: ['Type'] },
      // What the first load needs is one file: thirty small ones cost more than what later ones would save.
      output: { codeSplitting: { groups: [{ name: 'page', tags: ['$initial'] }] } },
    },
  },
  worker: { format: 'es' }, // a language of code is a file of its own
  server: { proxy: { '/api': parley, '/ws': { target: parley, ws: true, xfwd: true } } },
})

/** Fails the build when the JavaScript without which no page is drawn is larger, compressed, than it may be. */
function budget(maxKib: number): Plugin {
  return {
    name: 'budget',
    generateBundle(_options, bundle) {
      const needed = new Map<string, number>()
      const need = (name: string) => {
        const chunk = bundle[name]
        if (chunk?.type !== 'chunk' || needed.has(name)) return
        needed.set(name, gzipSync(chunk.code).length / 1_024)
        for (const each of chunk.imports) need(each)
      }
      needed.set(early, gzipSync(readFileSync(join(import.meta.dirname, early))).length / 1_024)
      for (const chunk of Object.values(bundle)) if (chunk.type === 'chunk' && chunk.isEntry) need(chunk.fileName)
      const kib = [...needed.values()].reduce((sum, each) => sum + each, 0)
      const told = `first load: ${kib.toFixed(1)} of ${maxKib} KiB of JavaScript (gzip)`
      if (kib > maxKib) this.error(told)
      this.info(told)
    },
  }
}
