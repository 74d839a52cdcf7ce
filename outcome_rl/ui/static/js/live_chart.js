// One Plotly figure that takes new values in place. The chart's data-library says where Plotly's own script is.
const box = element.querySelector('.orl-chart');
window.outcomeRLCharts ??= new Promise((done, failed) => {
    const script = document.createElement('script');
    script.src = box.dataset.library;
    script.onload = () => done(window.Plotly);
    script.onerror = () => failed(new Error('the chart library did not load'));
    document.head.appendChild(script);
});
// a finger on a chart scrolls the page
const touch = window.matchMedia('(pointer: coarse)').matches;
// named one by one: Plotly's own choice has a button that sends the chart to its makers
const buttons = [['toImage', 'zoom2d', 'pan2d', 'resetScale2d']];
const bar = touch ? false : 'hover';
const options = { displaylogo: false, modeBarButtons: buttons, displayModeBar: bar };
const pause = () => new Promise(done => setTimeout(done));
let waiting = false;
async function draw() {
    if (!props.value || waiting) return;
    waiting = true;
    try {
        const library = await window.outcomeRLCharts;
        // one after the other, the first of the page first: all at once nothing could be seen or clicked for a second
        await (window.outcomeRLTurn = (window.outcomeRLTurn ?? Promise.resolve()).then(pause));
        waiting = false;
        const figure = JSON.parse(props.value);
        if (touch) figure.layout.dragmode = false;
        box.setAttribute('aria-label', figure.layout.meta || 'chart');
        await library.react(box, figure.data, figure.layout, options);
    } catch (error) {
        waiting = false;
        if (!box.data) box.textContent = 'The chart cannot be drawn: ' + error.message + '.';
    }
}
watch('value', draw);
draw();
new ResizeObserver(async () => {
    if (!box.data || !box.offsetWidth) return;
    const library = await window.outcomeRLCharts;
    await library.Plots.resize(box);
    await library.redraw(box);  // resize leaves the legend where the old width had put it
}).observe(box);
