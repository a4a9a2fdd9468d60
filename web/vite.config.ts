import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

// `npm run dev -w web` serves the page with hot reload beside a running `npm start`.
const parley = 'http://localhost:8080'

export default defineConfig({
  plugins: [react(), tailwindcss()],
  server: { proxy: { '/api': parley, '/ws': { target: parley, ws: true, xfwd: true } } },
})
