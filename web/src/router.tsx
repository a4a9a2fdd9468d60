import { createRootRoute, createRoute, createRouter, Outlet } from '@tanstack/react-router'
import { ConversationPage } from './conversation/conversation-page.tsx'
import { Layout } from './conversations/layout.tsx'
import { Welcome } from './conversations/welcome.tsx'
import { JoinPage } from './join-page.tsx'
import { SessionGate } from './session/session-gate.tsx'
import { later } from './ui/later.tsx'

// Who only reads what was shared needs nothing of the rest.
const SharedPage = later(async () => (await import('./sharing/shared-page.tsx')).SharedPage)

const ResetPage = later(async () => (await import('./session/link-pages.tsx')).ResetPage)
const VerifyPage = later(async () => (await import('./session/link-pages.tsx')).VerifyPage)
const SetupPage = later(async () => (await import('./administration/setup-page.tsx')).SetupPage)

const root = createRootRoute({ component: Outlet })
const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  component: () => (
    <SessionGate>
      <Outlet />
    </SessionGate>
  ),
})
const layout = createRoute({ getParentRoute: () => signedIn, id: 'layout', component: Layout })
const home = createRoute({ getParentRoute: () => layout, path: '/', component: Welcome })
export const conversationRoute = createRoute({
  getParentRoute: () => layout,
  path: '/c/$conversation',
  // A link to a message has its `seq`.
  validateSearch: ({ at }: { at?: unknown }): { at?: number } => (Number.isSafeInteger(at) ? { at: at as number } : {}),
  component: function Page() {
    const { conversation } = conversationRoute.useParams()
    const { at } = conversationRoute.useSearch()
    return <ConversationPage key={conversation} id={conversation} at={at} />
  },
})
const join = createRoute({
  getParentRoute: () => signedIn,
  path: '/join/$token',
  component: function Page() {
    const { token } = join.useParams()
    return <JoinPage token={token} />
  },
})

const shared = createRoute({
  getParentRoute: () => root,
  path: '/s/$token',
  component: function Page() {
    const { token } = shared.useParams()
    return <SharedPage token={token} />
  },
})

const reset = createRoute({
  getParentRoute: () => root,
  path: '/reset/$token',
  component: function Page() {
    const { token } = reset.useParams()
    return <ResetPage token={token} />
  },
})
const verify = createRoute({
  getParentRoute: () => root,
  path: '/verify/$token',
  component: function Page() {
    const { token } = verify.useParams()
    return <VerifyPage token={token} />
  },
})
const setup = createRoute({ getParentRoute: () => signedIn, path: '/setup', component: () => <SetupPage /> })

export const router = createRouter({
  routeTree: root.addChildren([
    signedIn.addChildren([layout.addChildren([home, conversationRoute]), join, setup]),
    shared,
    reset,
    verify,
  ]),
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
