import { type Markup, markup } from '../markup.ts'
import { style } from './style.ts'
import { timelineScript } from './timeline/script.ts'

/** One file that opens from a disk: no font, no request, and no script but that of the timeline. */
export function htmlDocument(title: string, body: Markup): string {
  const script = timelineScript()
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src ${script.policy}">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
${style}
</head>
<body>
<main>
${body}
</main>
${script.element}
</body>
</html>
`.toString()
}
