"""Scripts that ask a page in a browser how it looks: contrast of its texts, names and places of its controls."""

LEAST_CONTRAST = 4.5
"""WCAG 2.2, level AA, for text of ordinary size; what is disabled is exempt."""
FAINT = """least => {
    const pen = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    const parsed = colour => {
        pen.clearRect(0, 0, 1, 1);
        pen.fillStyle = colour;
        pen.fillRect(0, 0, 1, 1);
        const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
        return [r, g, b, a / 255];
    };
    const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
        .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
    const over = (top, ground) => ground.map((v, i) => top[i] * top[3] + v * (1 - top[3]));
    const ground = element => {
        const layers = [];
        for (let node = element; node; node = node.parentElement) {
            layers.unshift(parsed(getComputedStyle(node).backgroundColor));
        }
        return layers.reduce((below, layer) => over(layer, below), [255, 255, 255]);
    };
    const found = {};
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const element = walk.currentNode.parentElement, text = walk.currentNode.data.trim();
        const box = element.getBoundingClientRect(), style = getComputedStyle(element);
        const exempt = element.closest('[disabled], [aria-disabled=true], [aria-hidden=true], svg, script, style');
        if (!text || !box.width || !box.height || style.visibility !== 'visible' || exempt) continue;
        const colour = parsed(style.color), below = ground(element);
        for (let node = element; node; node = node.parentElement) colour[3] *= getComputedStyle(node).opacity;
        if (colour[3] < 0.05) continue;
        const [dark, bright] = [light(over(colour, below)), light(below)].sort((a, b) => a - b);
        const contrast = (bright + 0.05) / (dark + 0.05);
        if (contrast < least) found[text.slice(0, 40)] = contrast.toFixed(2);
    }
    return found;
}"""
"""Texts whose contrast is below ``least``, with their contrast."""
CONTROLS = """() => {
    const seen = each => each.checkVisibility({ opacityProperty: true, visibilityProperty: true })
        && each.getBoundingClientRect().width > 1;
    // the table of rows scrolls in itself
    const all = [...document.querySelectorAll('button, input, textarea, select, a, summary, [role=button], [role=tab]')]
        .filter(each => seen(each) && each.type !== 'file' && !each.closest('#data-table, .orl-scroll, .modebar'));
    const named = each => [
        each.ariaLabel, each.title, each.innerText, ...[...(each.labels || [])].map(label => label.innerText),
        ...(each.getAttribute('aria-labelledby') || '').split(' ').map(id => document.getElementById(id)?.innerText),
    ].some(name => name?.trim());
    // what is wider may be scrolled to; what is cut off may not
    const inside = ({ left, right }) => left >= -1 && right <= document.documentElement.clientWidth + 1;
    const scrolls = each => each
        && (/auto|scroll/.test(getComputedStyle(each).overflowX) || scrolls(each.parentElement));
    const told = [...document.querySelectorAll('td, th, p, li, span, b')].filter(
        each => seen(each) && each.innerText?.trim() && !each.closest('#data-table, .js-plotly-plot'));
    return {
        count: all.length,
        nameless: all.filter(each => !each.disabled && !named(each)).map(each => each.outerHTML),
        outside: [...all, ...told].filter(each => !inside(each.getBoundingClientRect()) && !scrolls(each))
            .map(each => each.outerHTML),
    };
}"""
"""How many controls are in view, and those that have no name or cannot be reached."""
