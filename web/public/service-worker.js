// Lets the page open without a network. What is asked of Parley itself (/api, /ws) never goes through here.

const shell = 'parley-shell'
const assets = 'parley-assets'
/** Files of earlier versions go when there are more than this. */
const maxAssets = 200

self.addEventListener('install', (event) => {
  event.waitUntil(keepShell().then(() => self.skipWaiting()))
})

self.addEventListener('activate', (event) => {
  event.waitUntil(self.clients.claim())
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  if (request.method !== 'GET' || origin !== self.location.origin || /^\/(api|ws)\b/.test(pathname)) return
  if (request.mode === 'navigate') event.respondWith(newestShell(request))
  else if (pathname.startsWith('/assets/') || /\.(svg|png|json)$/.test(pathname)) event.respondWith(kept(request))
})

/** The page and what it needs to start. */
async function keepShell() {
  const response = await fetch('/', { cache: 'no-cache' })
  const html = await response.clone().text()
  await (await caches.open(shell)).put('/', response)
  const needed = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path)
  await Promise.all(needed.map((path) => kept(new Request(path))))
}

/** The page as it is now; as it was, where it cannot be reached. */
async function newestShell(request) {
  try {
    const response = await fetch(request)
    const isPage = response.ok && response.headers.get('content-type')?.startsWith('text/html')
    if (isPage) await (await caches.open(shell)).put('/', response.clone())
    return response
  } catch (error) {
    const before = await caches.match('/')
    if (before) return before
    throw error
  }
}

/** A file whose name changes with its content is fetched once. */
async function kept(request) {
  const cache = await caches.open(assets)
  const before = await cache.match(request)
  if (before) return before
  const response = await fetch(request)
  if (response.ok) {
    await cache.put(request, response.clone())
    const keys = await cache.keys()
    await Promise.all(keys.slice(0, Math.max(0, keys.length - maxAssets)).map((key) => cache.delete(key)))
  }
  return response
}
