// What a page is asked by test_every_page: answers with a list of what is wrong. Runs in the page.
({ chinese, compact, mayBeChinese, mayBeLatin, names }) => {
  const wrong = [];
  const say = (what, element, text = "") => wrong.push(`${what}: ${where(element)} ${text}`.trim());
  const where = (e) => e.tagName.toLowerCase() + (e.id ? "#" + e.id : "") + [...e.classList].map((c) => "." + c).join("");
  const seen = (e) => e.checkVisibility({ visibilityProperty: true }) && e.getClientRects().length > 0;
  const root = document.documentElement;

  // The page itself
  if (root.lang !== (chinese ? "zh-Hans" : "en")) wrong.push(`lang is ${root.lang}`);
  if (!document.title.trim() || document.title.trim().startsWith("·")) wrong.push(`title: “${document.title}”`);
  const headings = [...document.querySelectorAll("h1")].filter(seen);
  if (headings.length !== 1) wrong.push(`${headings.length} h1`);

  // Nothing is cut off or scrolls sideways
  const over = root.scrollWidth - root.clientWidth;
  if (over > 0) wrong.push(`${over} px too wide at ${root.clientWidth} px`);

  // Targets: 44 px for what is pressed (40 at the desk), 24 by 24 for a link that is no part of a sentence
  const least = compact ? 40 : 44;
  for (const e of document.querySelectorAll("button, summary, select, textarea, .button, input")) {
    if (!seen(e) || ["hidden", "radio", "checkbox"].includes(e.type)) continue;
    const box = e.getBoundingClientRect();
    if (box.height < least - 0.5 || box.width < 24) say(`${Math.round(box.width)}×${Math.round(box.height)} px to press`, e, e.textContent.trim().slice(0, 30));
  }
  for (const e of document.querySelectorAll("input[type=radio], input[type=checkbox]")) {
    const label = e.labels[0];
    if (label && seen(label) && label.getBoundingClientRect().height < least - 0.5) say("a choice too low", label);
  }
  const inSentence = (e) => getComputedStyle(e).display === "inline" &&
    [...e.parentElement.childNodes].some((n) => n !== e && n.nodeType === 3 && n.textContent.trim().length > 1);
  for (const e of document.querySelectorAll("a[href]")) {
    if (!seen(e) || e.matches(".skip") || inSentence(e)) continue;
    const box = e.getBoundingClientRect();
    if (box.height < 23.5 || box.width < 23.5) say(`link ${Math.round(box.width)}×${Math.round(box.height)} px`, e, e.textContent.trim().slice(0, 30));
  }

  // Every word in the language of the page
  const foreign = (text) => chinese
    ? (text.replace(new RegExp(names.join("|"), "g"), " ").match(/(?<![\w./:@-])[A-Za-z]{3,}(?![\w/:@-]*\d)(?![\w]*[./:@])/g) || []).join(" ")
    : (text.match(/[\u3400-\u9fff，。：；！？、（）]+/g) || []).join(" ");
  const excused = (e) => {
    const said = e.closest("[lang]");
    return (said && said !== root) || e.closest(chinese ? mayBeLatin : mayBeChinese);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const e = node.parentElement;
    if (!node.textContent.trim() || e.closest("script, style, template") || !seen(e) || excused(e)) continue;
    const found = foreign(node.textContent);
    if (found) say("not in the page's language", e, `“${found}”`);
  }
  for (const e of document.querySelectorAll("[placeholder], [aria-label], [alt], [title]")) {
    if (excused(e)) continue;
    for (const name of ["placeholder", "aria-label", "alt", "title"]) {
      const found = e.hasAttribute(name) && foreign(e.getAttribute(name));
      if (found) say(`${name} not in the page's language`, e, `“${found}”`);
    }
  }
  if (!chinese && /[\u3400-\u9fff]/.test(document.title)) wrong.push(`title in Chinese: “${document.title}”`);
  return wrong;
}
