import { expect, it } from 'vitest'
import { rank } from './rank.ts'

const names = ['Renovation', 'The new kitchen', 'Über uns', 'Newsletter']
const find = (wanted: string) => rank(names, wanted, (name) => name)

it('finds all words in any order, beginnings first, without case and accents', () => {
  expect(find('')).toEqual(names)
  expect(find('new')).toEqual(['The new kitchen', 'Newsletter'])
  expect(find('ov')).toEqual(['Renovation'])
  expect(find('kit new')).toEqual(['The new kitchen'])
  expect(find('uber')).toEqual(['Über uns'])
  expect(find('let')).toEqual(['Newsletter'])
  expect(find('en')).toEqual(['Renovation', 'The new kitchen'])
  expect(find('nowhere')).toEqual([])
})
