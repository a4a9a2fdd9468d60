import { examine } from './examine.ts'

const marks = { well: 'well    ', doubtful: 'doubtful', ill: 'ILL     ' }

const findings = await examine(process.env)
for (const { is, about, found, mend } of findings) {
  console.log(`${marks[is]}  ${about}: ${found}`)
  if (mend) console.log(`          → ${mend}`)
}
const count = findings.filter(({ is }) => is === 'ill').length
console.log(count === 0 ? '\nParley can run.' : `\n${count} to mend.`)
process.exit(count === 0 ? 0 : 1)
