/* What a page owes everyone who reads it. Answers a list of sentences, empty if all is well. */
() => {
  const problems = [];
  const all = (selector) => [...document.querySelectorAll(selector)];
  const named = (element) => {
    const text = (element.textContent || "").trim().replace(/\s+/g, " ").slice(0, 40);
    const id = element.id ? "#" + element.id : "";
    return `<${element.tagName.toLowerCase()}${id} class="${element.getAttribute("class") || ""}"> “${text}”`;
  };

  function isSeen(element) {
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) { return false; }
    const box = element.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && box.right > 0;
  }

  /* Colours, in whatever notation, as [red, green, blue, alpha]; a canvas knows them all. */
  const brush = Object.assign(document.createElement("canvas"), { width: 1, height: 1 })
    .getContext("2d", { willReadFrequently: true });
  function rgba(colour) {
    brush.clearRect(0, 0, 1, 1);
    brush.fillStyle = colour;
    brush.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = brush.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  }
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);

  function paper(element) {
    const layers = [];
    for (let at = element; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.backgroundImage !== "none") { return null; }
      layers.push(rgba(style.backgroundColor));
      if (layers.at(-1)[3] === 1) { break; }
    }
    return layers.reduceRight((below, layer) => over(layer, below), [255, 255, 255, 1]);
  }

  function brightness(colour) {
    const [red, green, blue] = colour.map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }

  function contrast(element) {
    const style = getComputedStyle(element);
    const below = paper(element);
    if (!below) { return null; }
    const ink = rgba(element instanceof SVGElement ? style.fill : style.color);
    for (let at = element; at; at = at.parentElement) { ink[3] *= Number(getComputedStyle(at).opacity); }
    const [light, dark] = [brightness(over(ink, below)), brightness(below)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  }

  function checkContrast() {
    const written = new Set(all("input:not([type=hidden], [type=checkbox], [type=radio]), select, textarea"));
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      if (texts.currentNode.data.trim()) { written.add(texts.currentNode.parentElement); }
    }
    const spared = "script, style, noscript, option, [aria-hidden=true], :disabled, .material-symbols-outlined";
    for (const element of written) {
      if (element.closest(spared) || !isSeen(element)) { continue; }
      const style = getComputedStyle(element);
      const size = parseFloat(style.fontSize);
      const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      const ratio = contrast(element);
      if (ratio !== null && ratio < (isLarge ? 3 : 4.5)) {
        problems.push(`contrast ${ratio.toFixed(2)}: ${named(element)}`);
      }
    }
  }

  function checkNames() {
    const fields = "input:not([type=hidden], [type=submit], [type=button]), select, textarea";
    for (const field of all(fields).filter(isSeen)) {
      const says = field.getAttribute("aria-label") || field.getAttribute("aria-labelledby");
      if (!says && ![...(field.labels || [])].some((label) => label.textContent.trim())) {
        problems.push(`no label: ${named(field)} name=${field.name}`);
      }
    }
    for (const control of all("a[href], button, summary").filter(isSeen)) {
      const says = control.getAttribute("aria-label") || control.getAttribute("title") || control.textContent.trim();
      if (!says && !control.querySelector("img[alt]:not([alt=''])")) { problems.push(`no name: ${control.outerHTML}`); }
    }
    for (const image of all("img:not([alt])")) { problems.push(`no alt text: ${image.outerHTML}`); }
  }

  function checkFrame() {
    if (!document.documentElement.lang) { problems.push("no lang"); }
    if (!document.title.trim()) { problems.push("no title"); }
    if (all("h1").filter(isSeen).length !== 1) { problems.push(`${all("h1").filter(isSeen).length} h1`); }
    if (all("main").length !== 1) { problems.push(`${all("main").length} main`); }
    const ids = all("[id]").map((element) => element.id);
    const twice = ids.filter((id, place) => ids.indexOf(id) !== place);
    if (twice.length) { problems.push(`id used twice: ${[...new Set(twice)].join(", ")}`); }
    for (const element of all("[aria-describedby], [aria-labelledby]")) {
      const pointed = `${element.getAttribute("aria-describedby") || ""} ${element.getAttribute("aria-labelledby") || ""}`;
      for (const id of pointed.split(/\s+/).filter(Boolean)) {
        if (!document.getElementById(id)) { problems.push(`${named(element)} points to #${id}, which is not there`); }
      }
    }
    const wide = document.documentElement.scrollWidth - window.innerWidth;
    if (wide > 0) {
      const widest = all("body *").filter((e) => e.getBoundingClientRect().right > window.innerWidth + 1).slice(0, 3);
      problems.push(`${wide} px wider than the window: ${widest.map(named).join("; ")}`);
    }
  }

  checkFrame();
  checkNames();
  checkContrast();
  return problems;
}
