/*
 * page_check - can everybody read this page, and is it alone?
 *
 * Runs in the browser, at the end of a copy of the page, and writes what is
 * wrong, a line each, into an element that --dump-dom shows.  Names and roles
 * are those of the browser's own accessibility tree where it tells them
 * (computedName, computedRole); contrasts are of computed styles.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
'use strict';
(function () {
	const wrong = [];
	let seen = 0;

	/* What is not part of the page must not be found in it. */
	document.currentScript.remove();

	function check(good, what) {
		seen++;
		if (!good)
			wrong.push(what);
	}
	function all(selector) {
		return Array.from(document.querySelectorAll(selector)).filter(
		    (e) => !e.closest('#page-check'));
	}
	function label(e) {
		return '<' + e.tagName.toLowerCase() + '> "' +
		    (e.textContent || '').trim().slice(0, 40) + '"';
	}

	/* The document. */
	check(document.documentElement.lang === 'en', 'no lang="en"');
	check(document.title.trim() !== '', 'no title');
	check(document.compatMode === 'CSS1Compat', 'no doctype');
	check(all('h1').length === 1, 'there is not exactly one h1');
	let level = 0;
	for (const h of all('h1, h2, h3, h4, h5, h6')) {
		const now = Number(h.tagName[1]);
		check(now <= level + 1, 'from h' + level + ' to ' + label(h));
		check(h.textContent.trim() !== '', 'an empty heading');
		level = now;
	}

	/* Landmarks, and the way past the first ones. */
	check(all('main').length === 1, 'there is not exactly one main');
	check(all('header').length === 1, 'no header');
	for (const n of all('nav, section'))
		check(n.hasAttribute('aria-label') ||
		    n.hasAttribute('aria-labelledby'), 'nameless ' + label(n));
	const first = all('a[href], button, summary, [tabindex="0"]')[0];
	check(first && first.matches('a[href="#content"]'),
	    'the first stop is no way to the content');

	/* Names. */
	const ids = new Map();
	for (const e of all('[id]')) {
		check(!ids.has(e.id), 'the id ' + e.id + ' is there twice');
		ids.set(e.id, e);
	}
	for (const e of all('[aria-labelledby], [aria-describedby]')) {
		for (const a of ['aria-labelledby', 'aria-describedby']) {
			for (const id of (e.getAttribute(a) || '').split(' '))
				check(id === '' || (ids.has(id) &&
				    ids.get(id).textContent.trim() !== ''),
				    a + ' names nothing: ' + id);
		}
	}

	/* Pictures. */
	for (const svg of all('svg')) {
		check(svg.getAttribute('role') === 'img', 'an svg is no img');
		const title = svg.querySelector(':scope > title');
		const desc = svg.querySelector(':scope > desc');
		check(title && title.textContent.trim() !== '' && desc &&
		    desc.textContent.trim().length > 10,
		    'a picture without title and description');
		const figure = svg.closest('figure');
		check(figure && figure.querySelector('figcaption') &&
		    figure.querySelector('figcaption').textContent.trim()
		    .length > 20, 'a picture without a caption');
		if (svg.computedRole !== undefined) {
			check(/^(img|image|graphics-document)$/.test(
			    svg.computedRole), 'a picture is a ' +
			    svg.computedRole);
			check(title && svg.computedName ===
			    title.textContent.trim(),
			    'a picture is called "' + svg.computedName + '"');
		}
	}
	check(all('img').every((i) => i.alt.trim() !== ''), 'an img sans alt');

	/* Tables. */
	for (const table of all('table')) {
		check(table.caption && table.caption.textContent.trim() !== '',
		    'a table without a caption');
		check(table.tHead && Array.from(table.tHead.rows[0].cells)
		    .every((c) => c.tagName === 'TH' && c.scope === 'col' &&
		    c.textContent.trim() !== ''), 'a head without scope');
		for (const body of Array.from(table.tBodies)) {
			for (const row of Array.from(body.rows)) {
				check(row.cells[0].tagName === 'TH' &&
				    row.cells[0].scope === 'row',
				    'a row without a heading');
				check(row.cells.length ===
				    table.tHead.rows[0].cells.length,
				    'a row of another length');
			}
		}
	}
	/* What scrolls is in reach of the keyboard, and has a name. */
	for (const e of all('.scroll, pre'))
		check(e.tabIndex === 0 && e.getAttribute('role') === 'region'
		    && e.getAttribute('aria-label'), 'no way into ' + label(e));
	for (const e of all('[tabindex]'))
		check(e.tabIndex <= 0, 'an order of its own: ' + label(e));

	/* Links go within the page and say where. */
	for (const a of all('a')) {
		const href = a.getAttribute('href') || '';
		check(href[0] === '#' && ids.has(href.slice(1)),
		    'a link to nowhere: ' + href);
		check(a.textContent.trim().length > 2 && !/^(here|click here|more|link)$/i
		    .test(a.textContent.trim()), 'a link called ' + label(a));
	}

	/* Alone: no scripts, nothing fetched. */
	check(all('script').length === 0, 'a script');
	check(all('link, iframe, object, embed, audio, video, base').length ===
	    0, 'something from elsewhere');
	for (const e of all('*')) {
		for (const a of Array.from(e.attributes)) {
			check(!/^on/i.test(a.name), 'a handler: ' + a.name);
			if (/^(src|srcset|href|xlink:href|poster|action)$/.test(
			    a.name))
				check(/^(#|data:)/.test(a.value),
				    a.name + ' leads away: ' + a.value);
			if (/url\(/.test(a.value))
				check(/url\(\s*['"]?(#|data:)/.test(a.value),
				    'an url leads away: ' + a.value);
		}
	}
	for (const sheet of all('style'))
		check(!/@import|url\(/.test(sheet.textContent), '@import');
	check(performance.getEntriesByType('resource').length === 0,
	    'the browser fetched something');

	/* Contrast, WCAG 2.2: text on the ground that is under it. */
	function parts(colour) {
		const m = colour.match(/[\d.]+/g).map(Number);
		return m.length < 4 ? m.concat(1) : m;
	}
	function light(c) {
		const [r, g, b] = c.map((v) => v / 255).map((v) =>
		    v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
		return 0.2126 * r + 0.7152 * g + 0.0722 * b;
	}
	function ground(e) {
		for (; e; e = e.parentElement) {
			const c = parts(getComputedStyle(e).backgroundColor);
			if (c[3] === 1)
				return c;
		}
		return matchMedia('(prefers-color-scheme: dark)').matches ?
		    [0, 0, 0, 1] : [255, 255, 255, 1];
	}
	let least = 99;
	for (const e of all('body *')) {
		if (e.closest('svg') || !Array.from(e.childNodes).some((n) =>
		    n.nodeType === 3 && n.data.trim() !== ''))
			continue;
		const a = light(parts(getComputedStyle(e).color));
		const b = light(ground(e));
		const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
		least = Math.min(least, ratio);
		check(ratio >= 4.5, 'contrast ' + ratio.toFixed(2) + ' of ' +
		    label(e));
	}
	/* Links are told from text by more than colour. */
	for (const a of all('main a, nav a'))
		check(getComputedStyle(a).textDecorationLine === 'underline',
		    'a link without a line');
	/* Nothing sticks out of a narrow window; what is wide scrolls. */
	check(document.documentElement.scrollWidth <= innerWidth + 1,
	    'the page is wider than its window: ' +
	    document.documentElement.scrollWidth);

	const out = document.createElement('pre');
	out.id = 'page-check';
	out.textContent = 'PAGE-CHECK ' + wrong.length + ' wrong of ' + seen +
	    ', least contrast ' + least.toFixed(1) + ', window ' + innerWidth +
	    ', ' + (matchMedia('(prefers-color-scheme: dark)').matches ?
	    'dark' : 'light') + ', tree ' +
	    (document.body.computedRole === undefined ? 'unseen' : 'seen') +
	    '\n' + Array.from(new Set(wrong)).slice(0, 40).map((w) =>
	    'WRONG ' + w).join('\n') + '\nEND';
	document.body.appendChild(out);
})();
