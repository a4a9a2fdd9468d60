/** A person's initial on a ground of their own, which is the same everywhere. */
export function Avatar({ id, name, here }: { id: string; name: string; here?: boolean }) {
  return (
    <span className="relative inline-block shrink-0" aria-hidden="true">
      <span
        className="flex size-8 items-center justify-center rounded-full text-sm font-semibold text-white select-none"
        style={{ backgroundColor: `hsl(${hueOf(id)} 45% 38%)` }}
      >
        {[...name][0]?.toUpperCase()}
      </span>
      {here && <span className="absolute -end-0.5 -bottom-0.5 size-3 rounded-full border-2 border-ground bg-success" />}
    </span>
  )
}

function hueOf(id: string): number {
  let hash = 0
  for (const character of id) hash = (hash * 31 + character.charCodeAt(0)) % 360
  return hash
}
