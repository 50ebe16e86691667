/**
 * Adds the styles of a page that is loaded when it is opened, so that the first picture does not wait for them. Such styles are in
 * files called `*.page.css`, which the bundler passes on as texts.
 */
export function addPageStyles(text: string): void {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(text)
  document.adoptedStyleSheets.push(sheet)
}
