// Tells the page which finding's button was pressed.
element.addEventListener('click', event => {
    const button = event.target.closest('button[data-finding]');
    if (button) trigger('click', { finding: Number(button.dataset.finding) });
});
