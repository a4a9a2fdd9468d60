import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { router } from './router.tsx'
import './styles.css'
import { showUsualLanguage } from './texts/texts.ts'
import { readAppearance, showAppearance } from './ui/appearance.ts'

showAppearance(readAppearance())
await showUsualLanguage()

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <RouterProvider router={router} />
  </StrictMode>,
)

if (import.meta.env.PROD && 'serviceWorker' in navigator) {
  navigator.serviceWorker.register('/service-worker.js').catch(() => {}) // it works without, too, while there is a network
}
