/** Why something could not be done. */
export function Problem({ children }: { children: string | undefined }) {
  return children ? (
    <p role="alert" className="text-danger">
      {children}
    </p>
  ) : null
}
