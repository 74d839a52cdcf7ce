// Opens the tabs that a visitor wants to see, and asks every other second what there is to say of the run at work.
(() => {
    const parts = window.gradio_config?.components || [];
    const known = parts.filter(part => part.type === 'tabitem').map(part => part.props.id);
    const line = document.getElementById('at-work');
    const opened = JSON.parse(line.dataset.tabs);
    const again = ['reload', 'back_forward'].includes(performance.getEntriesByType('navigation')[0]?.type);
    try {  // storage may be forbidden
        if (again) Object.assign(opened, JSON.parse(sessionStorage.getItem('outcome-rl-tabs')));
    } catch {}
    for (const part of parts)
        if (part.type === 'tabs' && known.includes(opened[part.props.elem_id]))
            part.props.selected = opened[part.props.elem_id];
    addEventListener('pagehide', () => {
        const chosen = [...document.querySelectorAll('.tabs[id] > .tab-wrapper [aria-selected=true]')];
        const now = chosen.map(tab => [tab.closest('.tabs').id, tab.dataset.tabId]);
        const kept = JSON.stringify({...opened, ...Object.fromEntries(now)});
        try { sessionStorage.setItem('outcome-rl-tabs', kept); } catch {}
    });
    let seen = '';
    let running = false;
    async function look() {
        if (document.hidden && !running) return;
        let now;
        try { now = await (await fetch('at_work')).json(); } catch { return; }
        if (now.running) seen = now.run;
        running = now.running;
        // what a browser's tab says of it, for whoever looks at another one
        const far = running ? (now.share ? Math.round(100 * now.share) + '%' : '…') : '✓';
        const title = document.title.replace(/^(…|✓|\d+%) /, '');  // Gradio gives it late
        document.title = running || (document.hidden && now.run === seen) ? `${far} ${title}` : title;
        line.hidden = !seen || now.run !== seen;
        line.textContent = line.hidden ? '' : now.words;
        line.style.setProperty('--share', 100 * (now.share || 0) + '%');
    }
    // times of day, as this browser's clock has them
    function tell() {
        for (const clock of document.querySelectorAll('[data-ready-in]')) {
            const then = new Date(Date.now() + 1000 * Number(clock.dataset.readyIn));
            const words = then.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
            if (clock.textContent !== words) clock.textContent = words;
        }
    }
    look();
    setInterval(look, 2000);
    setInterval(tell, 500);
    document.addEventListener('visibilitychange', look);
})();
