const outcomeNames = ['ok', 'denied', 'failed', 'nobody knows how']

/** What there is to say of a bar, as pairs of a name and a text. */
export function factsOf({ bars, facts, strings, marks }, bar) {
  const took = (bars.to[bar] - bars.from[bar]) / 1_000
  const marked = marks.filter((mark) => mark.bar === bar)
  const own = Object.entries(facts).filter(([, column]) => column[bar] !== 0)
  return [
    ...marked.map(({ isBroken, title, story }) => [
      isBroken ? 'broken' : 'the worst',
      `${title}: ${story}`,
    ]),
    ['when', `${(bars.from[bar] / 1_000).toFixed(1)} ms, took ${took.toFixed(1)} ms`],
    ['ended', outcomeNames[bars.outcome[bar]]],
    ...own.map(([name, column]) => [name, strings[column[bar]]]),
  ]
}

export function listOf(facts) {
  const list = document.createElement('dl')
  for (const [name, value] of facts) {
    const row = document.createElement('div')
    const [term, text] = [document.createElement('dt'), document.createElement('dd')]
    term.textContent = name
    text.textContent = value
    row.append(term, text)
    list.append(row)
  }
  return list
}
