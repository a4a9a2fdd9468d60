// Before anything is drawn: how this browser's reader wants the page to look. The page itself, which comes later, knows
// more of it (src/ui/appearance.ts).
try {
  const { dataset, style } = document.documentElement
  const chosen = (name) => localStorage.getItem(`parley:look:${name}`)
  for (const name of ['theme', 'contrast']) if (chosen(name)) dataset[name] = chosen(name)
  if (chosen('size')) style.fontSize = `${chosen('size')}%`
} catch {} // nothing can be kept here
