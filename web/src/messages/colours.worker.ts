import { bundledLanguages, bundledThemes, createBundledHighlighter, createSingletonShorthands } from 'shiki'
import { createJavaScriptRegexEngine } from 'shiki/engine/javascript'
import type { ColourAnswer, ColourRequest } from './colours.ts'

// Off the page's own thread: a language is learnt in 50 to 300 ms, in which nobody could scroll.
const themes = { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' } as const
const { codeToTokens } = createSingletonShorthands(
  createBundledHighlighter({
    langs: bundledLanguages,
    themes: bundledThemes,
    engine: () => createJavaScriptRegexEngine({ forgiving: true }), // the page's policy allows no WebAssembly
  }),
)

addEventListener('message', async ({ data: { code, language } }: MessageEvent<ColourRequest>) => {
  const lang = language.toLowerCase() as keyof typeof bundledLanguages
  let answer: ColourAnswer = null
  try {
    const { bg, fg, rootStyle, tokens } = await codeToTokens(code, { lang, themes })
    answer = { bg, fg, rootStyle, tokens } as ColourAnswer
  } catch {} // a language that nobody knows, or that could not be loaded
  postMessage(answer)
})
